/** The configuration file: YAML with `${NAME}` from the environment, checked whole, every fault told at once. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { type AuthSettings, authSettings } from './auth.ts';
import { authorityFaults } from './authority.ts';
import { type BrowserSettings, browserFields } from './browsers.ts';
import type { ForwardedHeader } from './clients.ts';
import { type ClientLimits, clientLimits } from './clients.ts';
import { crossFaults } from './cross-checks.ts';
import { graceFaults } from './expectations.ts';
import { ConfigError, describeIssue, readYaml } from './file.ts';
import { renameFormerKeys } from './former-keys.ts';

import { type Limits, limits } from './limits.ts';
import { resolvePaths } from './paths.ts';
import type { ProviderConfig } from './provider.ts';
import { substitute } from './substitute.ts';
import { suggestKeys } from './unknown-keys.ts';

/** What a product says of its own configuration; `name` and `kind` are among its fields. */
export interface ConfigurableProduct<Config extends ProviderConfig> {
  readonly kind: string;
  readonly config: z.ZodType<Config>;
}

export interface Config<Provider extends ProviderConfig = ProviderConfig> {
  readonly server: BrowserSettings & {
    readonly host: string;
    readonly port: number;
    /** How clients reach us, where that is not `http://HOST:PORT`; without a trailing slash. */
    readonly publicUrl: string | null;
    /** Addresses and networks of proxies whose `forwardedHeader` is believed. */
    readonly trustedProxies: readonly string[];
    readonly forwardedHeader: ForwardedHeader;
    /** How long an HTTP connection may stay open between two requests. */
    readonly keepAliveSeconds: number;
    readonly clients: ClientLimits;
  };
  readonly auth: AuthSettings;
  readonly limits: Limits;
  readonly providers: readonly Provider[];
  readonly streams: {
    readonly fastSeconds: number;
    readonly slowSeconds: number;
    readonly replayLines: number;
    readonly replayBytes: number;
    readonly replayTotalBytes: number;
    readonly replayChanges: number;
    /** Nothing is replayed that is older. */
    readonly replayHours: number;
  };
  readonly ledger: {
    /** Where commands are written down; `:memory:` forgets them with the process. */
    readonly file: string;
    /** How long the outcome of a command is looked for whose answer was lost. */
    readonly reconcileSeconds: number;
    /** How long a start waits for its product before the caller gets the pending operation. */
    readonly answerWithinSeconds: number;
    /** How long a start of the gateway waits for another one that still uses the file. */
    readonly lockSeconds: number;
  };
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' };
}

/** Values from the command line; they win over the file. */
export interface ConfigOverrides {
  /** Folder of the file: paths in it are relative to it. The current one unless given. */
  readonly folder?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Called with a line for what works and should be changed, such as a former name of a key. */
  readonly warn?: ((line: string) => void) | undefined;
}

/** Cursors say in one number which of them were missing, and a number has 53 bits. */
const maxProviders = 50;

const seconds = (fallback: number) => z.number().positive().max(3600).default(fallback);

const serverSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65535).default(4000),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .nullable()
    .default(null),
  trustedProxies: z
    .array(z.string().refine(isAddressOrNetwork, { error: 'expected an address, or a network such as 10.0.0.0/8' }))
    .default([]),
  forwardedHeader: z.enum(['X-Forwarded-For', 'Forwarded']).default('X-Forwarded-For'),
  // A fraction of a second is for tests.
  keepAliveSeconds: z.number().positive().max(3600).default(75),
  ...browserFields,
  clients: clientLimits.prefault({}),
});

const streamsSchema = z
  .strictObject({
    fastSeconds: seconds(1),
    slowSeconds: seconds(10),
    replayLines: z.int().min(1).max(1_000_000).default(10_000),
    replayBytes: z.int().min(10_000).max(1_000_000_000).default(8_000_000),
    replayTotalBytes: z.int().min(10_000).max(10_000_000_000).default(64_000_000),
    replayChanges: z.int().min(100).max(1_000_000).default(10_000),
    replayHours: z.number().positive().max(8760).default(168),
  })
  .refine(({ fastSeconds, slowSeconds }) => fastSeconds <= slowSeconds, {
    path: ['slowSeconds'],
    error: 'expected at least fastSeconds',
  });

const ledgerSchema = z.strictObject({
  file: z.string().min(1).default(':memory:'),
  reconcileSeconds: seconds(60),
  answerWithinSeconds: seconds(5),
  lockSeconds: z.number().min(0).max(3600).default(10),
});

const logSchema = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Throws ConfigError. `text` is the file's; the environment gives the values of `${NAME}`. */
export function parseConfig<Provider extends ProviderConfig>(
  text: string,
  products: readonly ConfigurableProduct<Provider>[],
  environment: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides = {},
): Config<Provider> {
  const faults: string[] = [];
  const raw = substitute(readYaml(text), environment, [], faults);
  const renamed = renameFormerKeys(withOverrides(raw, overrides));
  for (const line of renamed.warnings) overrides.warn?.(line);
  const given = resolvePaths(renamed.value, overrides.folder ?? '.');
  faults.push(...renamed.faults, ...crossFaults(given));
  const parsed = configSchema(products).safeParse(given, { error: suggestKeys });
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap(describeIssue));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return deepFreeze(parsed.data as Config<Provider>);
}

function configSchema<Provider extends ProviderConfig>(products: readonly ConfigurableProduct<Provider>[]) {
  const kinds = products.map(({ kind }) => kind).join(', ');
  const provider = z.unknown().transform((value, context): Provider => {
    const kind = z.object({ kind: z.string() }).safeParse(value);
    const product = products.find((known) => known.kind === kind.data?.kind);
    if (!product) {
      context.issues.push({ code: 'custom', path: ['kind'], message: `expected one of: ${kinds}`, input: undefined });
      return z.NEVER;
    }
    const config = product.config.safeParse(value, { error: suggestKeys });
    if (config.success) {
      const faults = [...graceFaults(config.data), ...authorityFaults(config.data)];
      context.issues.push(...faults.map((fault) => ({ ...fault, code: 'custom' as const, input: undefined })));
      return config.data;
    }
    for (const issue of config.error.issues) context.issues.push({ ...issue, input: undefined } as never);
    return z.NEVER;
  });
  return z.strictObject({
    server: serverSchema.prefault({}),
    auth: authSettings,
    limits: limits.prefault({}),
    providers: z
      .array(provider, { error: 'expected a list of providers' })
      .min(1, { error: 'expected at least one provider' })
      .max(maxProviders, { error: `expected at most ${maxProviders} providers: a cursor has a place for each` }),
    streams: streamsSchema.prefault({}),
    ledger: ledgerSchema.prefault({}),
    log: logSchema.prefault({}),
  });
}

function withOverrides(raw: unknown, { host, port }: ConfigOverrides): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const given = 'server' in raw ? (raw.server ?? {}) : {};
  if (typeof given !== 'object' || Array.isArray(given)) return raw;
  const server = { ...given, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  return { ...raw, server };
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && more.length === 0;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
