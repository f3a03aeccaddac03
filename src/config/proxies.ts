/** Keys of `server` about reverse proxies in front of the gateway. */

import { isIP } from 'node:net';
import { z } from 'zod';
import { trimEndOf } from '../core/text.ts';

/** No empty name, and none that a client would resolve (`.` and `..`). */
const basePathPattern = /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)+\/?$/;

export const proxyFields = {
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .transform((url) => trimEndOf(url, '/'))
    .nullable()
    .default(null)
    .describe(
      'URL under which clients reach the gateway, such as `https://backups.example.com`; a slash at its end is dropped. Set it behind a proxy: links in answers (`logUrl`) begin with it, and pages of its origin may send requests. null: the address of each request.',
    ),
  basePath: z
    .string()
    .max(200)
    .regex(basePathPattern, {
      error:
        'expected a path such as /backplane: a slash, then names of letters, digits and ._~- with a slash between them',
    })
    .transform((path) => trimEndOf(path, '/'))
    .nullable()
    .default(null)
    .describe(
      'What the path of every request begins with, such as `/backplane`, behind a proxy that does not remove it. GraphQL is then at `/backplane/graphql`, health at `/backplane/health/live`, and everything else is 404; a slash at its end is dropped. The path of `publicUrl` must end with it. Metrics have a listener of their own, which it does not change. null: none, also behind a proxy that removes its prefix.',
    ),
  trustedProxies: z
    .array(z.string().refine(isAddressOrNetwork, { error: 'expected an address, or a network such as 10.0.0.0/8' }))
    .default([])
    .describe(
      'IP addresses, or networks such as `10.0.0.0/8`, of the proxies in front of the gateway. The client address is read from `forwardedHeader` only where a request comes from one of them. Limits for each address and the logs use that address.',
    ),
  forwardedHeader: z
    .enum(['X-Forwarded-For', 'Forwarded'])
    .default('X-Forwarded-For')
    .describe(
      'The header in which the trusted proxies pass the client address; `Forwarded` is the one of RFC 7239. The other header is ignored, because a client can send it through the proxies unchanged.',
    ),
};

interface Addresses {
  readonly publicUrl: string | null;
  readonly basePath: string | null;
}

/** Whether links that begin with `publicUrl` lead below `basePath`. */
export const fitsBasePath = ({ publicUrl, basePath }: Addresses): boolean =>
  publicUrl === null || basePath === null || new URL(publicUrl).pathname.endsWith(basePath);

export type ForwardedHeader = z.output<typeof proxyFields.forwardedHeader>;

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && more.length === 0;
}
