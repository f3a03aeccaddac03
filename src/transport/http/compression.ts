/**
 * Compression of answers with br, gzip or deflate, as the client accepts them, in Node's thread pool. Event streams stay
 * as they are: compression would hold events back.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';

/** A smaller answer fits into one packet, and would hardly become smaller. */
const minBytes = 1_024;

/** Types with text; images and fonts are compressed by themselves. */
const textTypes =
  /^(text\/(?!event-stream)|application\/(json|jsonl|graphql-response\+json|javascript)|image\/svg\+xml)/;

/** Prepares a response before its head is written. An answer that states its length stays as it is below 1 KiB. */
export type Compress = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The library is loaded with the first request: the start of the gateway does not wait for it. */
export function createCompression(): Compress {
  let loading: ReturnType<typeof load> | null = null;
  return async (request, response) => {
    // Preparing costs a tenth of a kept answer. No cache keeps an answer to a POST, so it need not say that it varies.
    if (request.method === 'POST' && request.headers['accept-encoding'] === undefined) return;
    loading ??= load();
    const prepare = await loading;
    // The types are those of Express, of which it uses nothing.
    prepare(request as never, response as never, () => undefined);
  };
}

async function load() {
  const { default: compression } = await import('compression');
  return compression({
    threshold: minBytes,
    filter: (_request, response) => textTypes.test(String(response.getHeader('content-type') ?? '')),
    // About as small as gzip, at half its cost. The window bounds the memory of each answer.
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } },
  });
}
