/** Keys of `server` about reverse proxies in front of the gateway. */

import { isIP } from 'node:net';
import { z } from 'zod';
import { trimEndOf } from '../core/text.ts';

export const proxyFields = {
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .transform((url) => trimEndOf(url, '/'))
    .nullable()
    .default(null)
    .describe(
      'URL under which clients reach the gateway, such as `https://backups.example.com`; a slash at its end is dropped. Set it behind a proxy: links in answers (`logUrl`) begin with it, and pages of its origin may send requests. null: the address of each request.',
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

export type ForwardedHeader = z.output<typeof proxyFields.forwardedHeader>;

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && more.length === 0;
}
