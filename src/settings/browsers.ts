/** What pages in browsers may do here. */
import { z } from 'zod';

export interface BrowserSettings {
  /** Whose pages may ask, besides our own: origins as browsers send them. */
  readonly origins: readonly string[];
  /** Whether anybody may read the schema; null: only where nobody is asked who they are. */
  readonly introspection: boolean | null;
  /** Whether the GraphiQL page is served; null: likewise. */
  readonly graphiql: boolean | null;
}

export const browserFields = {
  origins: z
    .array(
      z.string().refine(isOrigin, {
        error:
          'expected an origin as browsers send it, such as https://backups.example.com or http://localhost:5173: no *, no path, no slash at the end, lower case, and no port where it is the usual one',
      }),
    )
    .max(100)
    .default([]),
  introspection: z.boolean().nullable().default(null),
  graphiql: z.boolean().nullable().default(null),
};

/** What helps whoever builds something also helps whoever looks for a way in: with `auth` it has to be asked for. */
export const isOn = (asked: boolean | null, asksWho: boolean): boolean => asked ?? !asksWho;

/** Programs with a page in them have schemes of their own, which URL knows no origin for. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*\\]+$/.test(text) || text !== text.toLowerCase() || !URL.canParse(text)) {
    return false;
  }
  return !/^https?:/.test(text) || new URL(text).origin === text;
}
