/** Undoes `Content-Encoding`. Requests never ask for compression, but a proxy may compress all the same. */
import { type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, constants as zlib } from 'node:zlib';
import { GatewayError } from '../core/errors.ts';
import type { ResponseHeaders } from './contract.ts';

/** A download may last as long as a job runs: bytes that the server has flushed are passed on at once. */
const options = { flush: zlib.Z_SYNC_FLUSH };

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(options),
  'x-gzip': () => createGunzip(options),
  deflate: createAnyInflate,
  br: () => createBrotliDecompress({ flush: zlib.BROTLI_OPERATION_FLUSH }),
};

/** More are a mistake or an attack. */
const maxEncodings = 3;

export interface Encoded {
  readonly headers: ResponseHeaders;
  readonly body: Readable;
}

const encodingsOf = (headers: ResponseHeaders): string[] =>
  [headers['content-encoding'] ?? []]
    .flat()
    .flatMap((text) => text.toLowerCase().split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');

export const isEncoded = (headers: ResponseHeaders): boolean =>
  headers['content-encoding'] !== undefined && encodingsOf(headers).length > 0;

/** The decoded body. Throws PROVIDER_INVALID_RESPONSE for an unknown encoding, and for damaged data while it is read. */
export function decodeBody({ body, headers }: Encoded, provider: string): AsyncIterable<Uint8Array> {
  const encodings = encodingsOf(headers);
  if (encodings.length === 0) return body as AsyncIterable<Uint8Array>;
  const unknown = encodings.find((name) => !Object.hasOwn(decoders, name));
  if (unknown !== undefined || encodings.length > maxEncodings) {
    body.on('error', () => undefined).destroy();
    const what = unknown === undefined ? `${encodings.length} times` : `with "${unknown.slice(0, 20)}"`;
    throw new GatewayError(
      'PROVIDER_INVALID_RESPONSE',
      `${provider} sent an answer that is compressed ${what}, which cannot be read here: gzip, deflate and br can.`,
    );
  }
  // The header lists encodings in the order in which they were applied.
  const stages = encodings.reverse().map((name) => (decoders[name] as () => Transform)());
  return decode(body, stages, provider);
}

async function* decode(body: Readable, stages: readonly Transform[], provider: string): AsyncGenerator<Uint8Array> {
  let fault: { readonly error: unknown; readonly isOurs: boolean } | null = null;
  const all: Readable[] = [body, ...stages];
  const last = all.at(-1) as Readable;
  for (const [index, stream] of all.entries()) {
    stream.on('error', (error) => {
      fault ??= { error, isOurs: index > 0 };
      for (const other of all) if (other !== last) other.destroy();
      last.destroy(error);
    });
    const next = stages[index];
    if (next) stream.pipe(next);
  }
  try {
    yield* last as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    const { error, isOurs } = fault ?? { error: thrown, isOurs: false };
    if (!isOurs) throw error;
    throw new GatewayError('PROVIDER_INVALID_RESPONSE', `${provider} sent a compressed answer that is damaged.`, {
      cause: error,
    });
  } finally {
    for (const stream of all) stream.destroy();
  }
}

/** Servers send `deflate` with or without a zlib header: the first byte shows which. */
function createAnyInflate(): Transform {
  let inner: Transform | null = null;
  const outer = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!inner) {
        inner = ((chunk[0] ?? 0) & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
        inner.on('data', (piece) => outer.push(piece));
        inner.on('error', (error) => outer.destroy(error));
      }
      inner.write(chunk, () => done());
    },
    flush(done) {
      if (!inner) return done();
      inner.once('end', () => done());
      inner.end();
    },
    destroy(error, done) {
      inner?.destroy();
      done(error);
    },
  });
  return outer;
}
