/** What a request asks for, read strictly: a body or a parameter that would have to be guessed is refused with 400. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { readBody } from '../../limits/body.ts';

/** Of both media types of GraphQL over HTTP: what is not read as a request has no result that 200 could carry. */
const badRequest = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { http: { status: 400 } } });

export const parseRequests = (limits: { readonly bodyBytes: number }): Plugin => ({
  onRequestParse({ request, setRequestParser }) {
    if (request.method === 'GET') setRequestParser(({ url }) => parseParameters(new URL(url).searchParams));
    if (request.method === 'POST') setRequestParser((posted) => parseBody(posted, limits.bodyBytes));
  },
  onParams({ params, setParams }) {
    // What lists the operations of a document, and has none to choose, sends an empty name.
    if (params.operationName !== '') return;
    const { operationName: _none, ...unnamed } = params;
    setParams(unnamed);
  },
});

async function parseBody(request: Request, bodyBytes: number): Promise<object> {
  const text = decode(await readBody(request, bodyBytes));
  if (/^application\/graphql\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) return { query: text };
  const body = parseJson(text, 'The body is not valid JSON: send an object with "query" in it.');
  if (typeof body !== 'object' || body === null)
    throw badRequest('The body is no JSON object: send one with "query" in it.');
  return body;
}

/** A byte order mark in front is none of the text. */
function decode(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

function parseParameters(parameters: URLSearchParams): object {
  const text = (name: string) => parameters.get(name) || undefined;
  const json = (name: string) => {
    const given = text(name);
    return given === undefined ? undefined : parseJson(given, `The parameter "${name}" is not valid JSON.`);
  };
  return {
    operationName: text('operationName'),
    query: text('query'),
    documentId: text('documentId'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

function parseJson(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(message);
  }
}
