/** What pages in browsers may do here. */
import { z } from 'zod';

export interface BrowserSettings {
  /** Whose pages may ask, besides our own: origins as browsers send them. */
  readonly origins: readonly string[];
  readonly cors: CorsSettings;
  /** Whether anybody may read the schema; null: only where nobody is asked who they are. */
  readonly introspection: boolean | null;
  /** Whether the GraphiQL page is served; null: likewise. */
  readonly graphiql: boolean | null;
}

export interface CorsSettings {
  /** Headers that such a page may send, besides those that clients of GraphQL and tracing send by themselves. */
  readonly requestHeaders: readonly string[];
  /** Headers of answers that such a page may read, besides ours. */
  readonly exposedHeaders: readonly string[];
  /** How long a browser may keep the answer to its first question. */
  readonly maxAgeSeconds: number;
}

/** A star would not cover `Authorization`, so it is none of the names. */
const headerNames = z
  .array(
    z
      .string()
      .regex(/^(?!\*$)[\w!#$%&'*+.^`|~-]{1,100}$/, { error: 'expected the name of a header, such as X-Tenant' })
      .toLowerCase(),
  )
  .max(100)
  .default([]);

const cors = z.strictObject({
  requestHeaders: headerNames,
  exposedHeaders: headerNames,
  // Browsers keep it no longer than a day.
  maxAgeSeconds: z.int().min(0).max(86_400).default(7_200),
});

export const browserFields = {
  cors: cors.prefault({}),
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
export const isOn = (asked: boolean | null, authRequired: boolean): boolean => asked ?? !authRequired;

/** Programs with a page in them have schemes of their own, which URL knows no origin for. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*\\]+$/.test(text) || text !== text.toLowerCase() || !URL.canParse(text)) {
    return false;
  }
  return !/^https?:/.test(text) || new URL(text).origin === text;
}
