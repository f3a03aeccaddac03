/** What the configuration of every provider has, whatever its product. */

import { z } from 'zod';
import { isTimeZone } from '../core/time-zone.ts';
import { type UpstreamLimits, upstreamLimits } from '../upstream/limits.ts';
import { type Expectations, expectationFields } from './expectations.ts';

export interface ProviderConfig extends Expectations {
  readonly name: string;
  readonly kind: string;
  readonly timeoutSeconds: number;
  /** For how long an answer to a read may be given again; 0: never. */
  readonly cacheSeconds: number;
  /** Of the IANA database: of times that the product gives without one. */
  readonly timeZone: string;
  readonly limits: UpstreamLimits;
}

/** What every product's configuration begins with. */
export const providerFields = {
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, { error: 'expected 1 to 40 of a-z, 0-9 and -' }),
  timeoutSeconds: z.number().positive().max(300).default(10),
  cacheSeconds: z.number().min(0).max(60).default(1),
  /** Path of a PEM file with the only certificate authorities to trust; those of the machine unless given. */
  ca: z.string().min(1).optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'expected a time zone of the IANA database, such as UTC or Europe/Berlin' })
    .default('UTC'),
  limits: upstreamLimits.prefault({}),
  ...expectationFields,
};

/** Origin of a product, with a path where it lives below one. */
export const providerUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .refine(isBareUrl, { error: 'expected a URL without a user name, password, query or fragment in it' });

/** Whatever else is in it would be dropped, or shown where a secret must not be. */
export function isBareUrl(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}
