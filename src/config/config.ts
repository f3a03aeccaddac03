/** The configuration: a YAML file in which `${NAME}` stands for a value of the environment, and `${file:PATH}` for a file. */
import { z } from 'zod';
import { redactSecrets } from '../core/secret-redaction.ts';
import { authorityFaults } from './authority.ts';
import { crossFaults } from './cross-checks.ts';
import { ConfigError, describeIssue, readYaml } from './file.ts';
import { renameFormerKeys } from './former-keys.ts';
import { graceFaults } from './grace.ts';
import type { Immutable } from './immutable.ts';
import { resolvePaths } from './paths.ts';
import { type ConfigurableProduct, maxProviders, type ProviderConfig } from './provider.ts';
import { sections } from './sections.ts';
import { withStorageUrl } from './storage.ts';
import { substitute } from './substitute.ts';
import { completeValues } from './typed-values.ts';
import { suggestKeys } from './unknown-keys.ts';

export type Config<Provider extends ProviderConfig = ProviderConfig> = Immutable<
  z.output<z.ZodObject<typeof sections>>
> & { readonly providers: readonly Provider[] };

/** `host` and `port` are values from the command line; they override the file. */
export interface ConfigOverrides {
  /** Folder of the file, to which its paths are relative; default: the current folder. */
  readonly folder?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Called with a line for each setting that works but should be changed, such as a former name of a key. */
  readonly warn?: ((line: string) => void) | undefined;
  /** Called with the path of each file with a secret that is read. */
  readonly onFile?: ((file: string) => void) | undefined;
}

/** Parses the text of a file. Throws ConfigError with all faults at once. The result is frozen. */
export function parseConfig<Provider extends ProviderConfig>(
  text: string,
  products: readonly ConfigurableProduct<Provider>[],
  environment: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides = {},
): Config<Provider> {
  const faults: string[] = [];
  const given = readRaw(text, products, environment, overrides, faults);
  faults.push(...crossFaults(given));
  const parsed = configSchema(products).safeParse(given, { error: suggestKeys });
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap(describeIssue));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults.map(redactSecrets));
  return deepFreeze(parsed.data as Config<Provider>);
}

/** The values of a file with everything that they refer to, before they are checked. Adds faults to `faults`. */
export function readRaw(
  text: string,
  products: readonly ConfigurableProduct<ProviderConfig>[],
  environment: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides,
  faults: string[],
): unknown {
  const { folder = '.', warn, onFile = () => undefined } = overrides;
  const renamed = renameFormerKeys(readYaml(text));
  for (const line of renamed.warnings) warn?.(line);
  const replaced = new Set<string>();
  const placeOf = (path: readonly PropertyKey[]) => JSON.stringify(path);
  const references = { environment, folder, faults, onFile };
  const raw = substitute(renamed.value, { ...references, onReplaced: (path) => replaced.add(placeOf(path)) });
  faults.push(...renamed.faults);
  const completion = { ...references, isReplaced: (path: readonly PropertyKey[]) => replaced.has(placeOf(path)) };
  const completed = withOverrides(completeValues(raw, products, completion), overrides);
  return withStorageUrl(resolvePaths(completed, folder), folder, faults);
}

const configSchema = <Provider extends ProviderConfig>(products: readonly ConfigurableProduct<Provider>[]) =>
  z.strictObject({
    ...sections,
    providers: z
      .array(providerSchema(products), { error: 'expected a list of providers' })
      .min(1, { error: 'expected at least one provider' })
      .max(maxProviders, { error: `expected at most ${maxProviders} providers: a cursor has a place for each` }),
  });

/** Not a union: `kind` selects the product, so that faults are about that product only. */
const providerSchema = <Provider extends ProviderConfig>(products: readonly ConfigurableProduct<Provider>[]) =>
  z.unknown().transform((value, context): Provider => {
    const kind = z.object({ kind: z.string() }).safeParse(value);
    const product = products.find((known) => known.kind === kind.data?.kind);
    if (!product) {
      const message = `expected one of: ${products.map((known) => known.kind).join(', ')}`;
      context.issues.push({ code: 'custom', path: ['kind'], message, input: undefined });
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

function withOverrides(raw: unknown, { host, port }: ConfigOverrides): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const given = 'server' in raw ? (raw.server ?? {}) : {};
  if (typeof given !== 'object' || Array.isArray(given)) return raw;
  const server = { ...given, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  return { ...raw, server };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
