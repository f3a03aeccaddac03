/** Section `tracing`: where traces are sent. */
import { z } from 'zod';
import { secret } from '../core/secret.ts';
import { isBareUrl } from './provider.ts';

export const tracingSettings = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
      .refine(isBareUrl, {
        error: 'expected a URL without a user name, password, query or fragment in it: use `headers` for a token',
      })
      .transform(withPath)
      .describe(
        'Where the collector takes OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. A URL without a path gets `/v1/traces`.',
      ),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~\w-]{1,100}$/, { error: 'expected the name of a header' }), secret())
      .default({})
      .describe('Headers of each request to the collector, such as `authorization`. Their values are secrets.'),
    sampleRatio: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'Share of traces that are sent, 0 to 1. A request with a `traceparent` is sent if its client has sampled it.',
      ),
    serviceName: z.string().min(1).max(100).default('backplane').describe('`service.name` of the traces.'),
  })
  .nullable()
  .default(null);

function withPath(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}
