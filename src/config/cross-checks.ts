/**
 * Checks that compare one section with another. They read the raw file, so that their faults are reported together with
 * those of the schemas.
 */
import { isIP } from 'node:net';
import { z } from 'zod';

const shape = z.object({
  server: z.object({ host: z.string().optional().catch(undefined) }).catch({}),
  auth: z.unknown().optional(),
  metrics: z.object({ host: z.string().optional().catch(undefined), tokenSha256: z.unknown().optional() }).catch({}),
  providers: z.array(z.object({ name: z.string() }).catch({ name: '' })).catch([]),
});

const authShape = z.object({
  tokens: z.array(z.object({ providers: z.array(z.string()).catch([]) }).catch({ providers: [] })).catch([]),
});

/** One line for each fault, with its path. */
export function crossFaults(raw: unknown): string[] {
  const read = shape.safeParse(raw);
  if (!read.success) return [];
  const { server, auth, metrics, providers } = read.data;
  const names = providers.map(({ name }) => name);
  return [
    ...hostFaults(server.host, auth),
    ...metricsFaults(metrics),
    ...repeatedNames(names),
    ...unknownProviders(auth, new Set(names)),
  ];
}

function hostFaults(host = '127.0.0.1', auth: unknown): string[] {
  const isOpen = auth === undefined || auth === null || auth === 'none';
  return isOpen && !isLoopback(host)
    ? ['server.host: expected a loopback address: without authentication, other machines must not reach this gateway']
    : [];
}

const metricsFaults = ({
  host = '127.0.0.1',
  tokenSha256,
}: {
  host?: string | undefined;
  tokenSha256?: unknown;
}): string[] =>
  isLoopback(host) || typeof tokenSha256 === 'string'
    ? []
    : [
        'metrics.host: expected a loopback address, or metrics.tokenSha256: without a token, other machines must not read metrics',
      ];

const repeatedNames = (names: readonly string[]): string[] =>
  names.flatMap((name, index) =>
    name !== '' && names.indexOf(name) < index
      ? [`providers[${index}].name: expected a name that no other provider has; "${name}" is taken`]
      : [],
  );

function unknownProviders(auth: unknown, names: ReadonlySet<string>): string[] {
  const { tokens } = authShape.catch({ tokens: [] }).parse(auth);
  return tokens.flatMap(({ providers }, index) =>
    providers
      .filter((name) => !names.has(name))
      .map((name) => `auth.tokens[${index}].providers: expected names of providers; "${name}" is none`),
  );
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return isIP(host) === 6 && host === '::1';
}
