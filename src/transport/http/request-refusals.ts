/** Requests that are refused by their head alone: by method, and by the type and the encoding of their body. */
import { MIMEType } from 'node:util';
import type { Plugin } from 'graphql-yoga';

interface Refusal {
  readonly status: 405 | 415;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

const wrongMethod: Refusal = {
  status: 405,
  message: 'Send GraphQL by POST, or a query by GET.',
  headers: { allow: 'GET, POST' },
};

/**
 * A form can send any other type, or what a server takes for none, and a mutation would be carried out (CSRF). Types are
 * named that need a question first (CORS preflight), since what is left of the rest differs from browser to browser. That
 * mutations are not carried out by GET is yoga's own rule.
 */
const jsonTypes = new Set(['application/json', 'application/graphql', 'application/graphql+json']);
const wrongType: Refusal = {
  status: 415,
  message: 'Send the operation as JSON, with "content-type: application/json".',
};
const wrongCharset: Refusal = {
  status: 415,
  message: 'Send the operation as UTF-8, with "content-type: application/json; charset=utf-8".',
};
const wrongEncoding: Refusal = {
  status: 415,
  message: 'Send the operation without compression: "content-encoding" is not supported for requests.',
  headers: { 'accept-encoding': 'identity' },
};

export const refuseRequests: Plugin = {
  onRequest({ request, endResponse, fetchAPI }) {
    const refusal = refusalOf(request);
    if (!refusal) return;
    const { status, message, headers = {} } = refusal;
    const error = { message, extensions: { code: 'BAD_USER_INPUT', retryable: false } };
    endResponse(fetchAPI.Response.json({ errors: [error] }, { status, headers }));
  },
};

function refusalOf({ method, headers }: Request): Refusal | null {
  if (method === 'GET') return null;
  if (method !== 'POST') return wrongMethod;
  const type = readType(headers.get('content-type') ?? '');
  if (!type || !jsonTypes.has(type.essence)) return wrongType;
  if (!isUtf8(type.params.get('charset'))) return wrongCharset;
  return isPlain(headers) ? null : wrongEncoding;
}

function readType(text: string): MIMEType | null {
  try {
    return new MIMEType(text);
  } catch {
    return null;
  }
}

function isUtf8(charset: string | null): boolean {
  // Each of its texts means the same in UTF-8.
  if (charset === null || charset.toLowerCase() === 'us-ascii') return true;
  try {
    return new TextDecoder(charset).encoding === 'utf-8';
  } catch {
    return false;
  }
}

const isPlain = (headers: Headers): boolean =>
  isNoneOr('identity', headers.get('content-encoding')) && isNoneOr('chunked', headers.get('transfer-encoding'));

function isNoneOr(coding: string, header: string | null): boolean {
  const text = header?.trim().toLowerCase() ?? '';
  return text === '' || text === coding;
}
