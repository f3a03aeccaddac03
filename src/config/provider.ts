/** Section `providers`: the keys of every provider, for all products. */
import { z } from 'zod';
import { isTimeZone } from '../core/time-zone.ts';
import { upstreamLimits } from '../upstream/limits.ts';
import { expectationFields } from './expectations.ts';
import { outboundProxy } from './outbound.ts';

/** A cursor has one bit for each provider that failed, in a number of 53 bits. */
export const maxProviders = 50;

/** The configuration of a product spreads these into its own schema and adds `kind`. */
export const providerFields = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, { error: 'expected 1 to 40 of a-z, 0-9 and -' })
    .describe(
      'Name of the provider, 1 to 40 of `a-z`, `0-9` and `-`; unique. Ids and cursors contain it, so keep it as it is.',
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .max(300)
    .default(10)
    .describe('Seconds that a read may take, retries included; then it fails with PROVIDER_TIMEOUT.'),
  cacheSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(1)
    .describe(
      'Seconds for which the answer to a read is reused; 0: never. Nothing from before a command is reused after it.',
    ),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PEM file with the only certificate authorities to trust for an https `url`; unless given, those of the machine. Certificates are always verified. `NODE_EXTRA_CA_CERTS` adds an authority for all providers and for the key server.',
    ),
  cert: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with a client certificate, for a product that asks for one; `key` is required beside it.'),
  key: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with the private key of `cert`. Only its owner and group may read it.'),
  proxy: outboundProxy()
    .optional()
    .describe(
      'URL of a proxy that opens tunnels (CONNECT), such as `http://proxy.example.com:3128`, with its user name and password where it asks for them; `none`: no proxy. Unless given: `HTTPS_PROXY` or `HTTP_PROXY` and `NO_PROXY` of the environment, which never apply to this machine.',
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'expected a time zone of the IANA database, such as UTC or Europe/Berlin' })
    .default('UTC')
    .describe(
      'Time zone of the times that the product reports without one: a name of the IANA database, such as `Europe/Berlin`. The command `check` reports whether there are such times.',
    ),
  limits: upstreamLimits.prefault({}).describe('Limits for requests to the provider, retries and the circuit breaker.'),
  ...expectationFields,
};

export type ProviderConfig = Readonly<z.output<z.ZodObject<typeof providerFields>>> & { readonly kind: string };

/** The configuration of a product. Its schema has `providerFields` and `kind`. */
export interface ConfigurableProduct<Config extends ProviderConfig> {
  readonly kind: string;
  readonly config: z.ZodType<Config>;
}

/** Base URL of a product, with a path where the product is below one. */
export const providerUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .refine(isBareUrl, { error: 'expected a URL without a user name, password, query or fragment in it' });

/** Other parts of a URL would be dropped, or could reveal a secret. */
export function isBareUrl(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}
