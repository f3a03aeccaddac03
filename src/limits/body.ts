/** How large a request may be, and that it is one operation. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';

const tooLarge = (bodyBytes: number): GraphQLError =>
  new GraphQLError(
    `The body is larger than ${bodyBytes} bytes: send a shorter document, or fewer values in its variables.`,
    { extensions: { http: { status: 413 } } },
  );

/** The whole body. Throws what answers with 413 as soon as it is known to be larger than `bodyBytes`. */
export async function readBody(request: Request, bodyBytes: number): Promise<ArrayBuffer | Uint8Array> {
  const declared = request.headers.get('content-length');
  if (Number(declared) > bodyBytes) throw tooLarge(bodyBytes);
  // Node lets no more through than was declared.
  if (declared !== null || request.body === null) return request.arrayBuffer();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not `for await`: it would end the connection before the refusal is sent.
  const reader = request.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > bodyBytes) throw tooLarge(bodyBytes);
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

export const refuseBatches: Plugin<Context> = {
  onRequestParse: () => ({
    onRequestParseDone({ requestParserResult }) {
      if (!Array.isArray(requestParserResult)) return;
      throw new GraphQLError(
        'The body is a list: send one operation a request. One operation may have several fields, and a WebSocket several operations.',
        { extensions: { http: { status: 400 } } },
      );
    },
  }),
};
