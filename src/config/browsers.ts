/** Keys of `server` about pages in browsers: allowed origins, CORS, introspection, GraphiQL and the dashboard. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';

/** `*` is excluded: as a CORS wildcard it would not cover `Authorization`. */
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
  requestHeaders: headerNames.describe(
    'Request headers that pages of `server.origins` may send, besides those that GraphQL and tracing clients send: `authorization`, `content-type`, `traceparent`, `tracestate`, `baggage`, `sentry-trace`, `last-event-id` and the like.',
  ),
  exposedHeaders: headerNames.describe(
    'Response headers that pages of `server.origins` may read, besides `retry-after`, `x-request-id` and `backplane-as-of`.',
  ),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(7_200)
    .describe('Seconds for which a browser may cache the answer to a preflight request.'),
});

export const browserFields = {
  origins: z
    .array(
      z.string().refine(isOrigin, {
        error:
          'expected an origin as browsers send it, such as https://backups.example.com or http://localhost:5173: no *, no path, no slash at the end, lower case, and no port where it is the usual one',
      }),
    )
    .max(100)
    .default([])
    .describe(
      'Origins of pages that may send requests, besides the page of the gateway itself, exactly as browsers send them: `https://backups.example.com`. Without a configuration file (sandbox data), pages of `http://localhost`, `http://127.0.0.1` and `http://[::1]` may do so from any port.',
    ),
  cors: cors.prefault({}).describe('Headers and caching for requests of pages of `server.origins`.'),
  introspection: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      'Whether clients can read the schema, by introspection and by `_service`. null: only without `auth`. The command `subgraph` prints the schema in either case.',
    ),
  graphiql: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      'Whether the GraphiQL page is served. null: only without `auth`. Completion and documentation in it need `introspection` as well.',
    ),
  dashboard: z
    .boolean()
    .default(true)
    .describe(
      'Whether the dashboard is served at `/ui`, to which `/` leads browsers. Its files contain no data: with `auth` it asks for a token.',
    ),
};

export type BrowserSettings = Immutable<z.output<z.ZodObject<typeof browserFields>>>;
export type CorsSettings = BrowserSettings['cors'];

/** Resolves `introspection` and `graphiql`: both help developers and attackers alike, so null is off with `auth`. */
export const isOn = (setting: boolean | null, authRequired: boolean): boolean => setting ?? !authRequired;

/** Also takes schemes of desktop applications, such as `app://backplane`, for which URL computes no origin. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*\\]+$/.test(text) || text !== text.toLowerCase() || !URL.canParse(text)) {
    return false;
  }
  return !/^https?:/.test(text) || new URL(text).origin === text;
}
