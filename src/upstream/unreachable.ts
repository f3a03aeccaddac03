/** Why a server could not be reached, for people. It names no address: the configuration has it. */
import { ProxyError } from './connector.ts';

/** The settings that a reason names. */
export interface ServerSettings {
  readonly url: string;
  readonly ca: string;
  readonly proxy: string;
}

const ofProvider: ServerSettings = { url: 'its url', ca: '"ca"', proxy: '"proxy"' };

/** Follows "NAME cannot be reached: ". Null where nothing is known but that it failed. */
export function whyUnreachable(error: unknown, settings = ofProvider): string | null {
  // A host with several addresses fails with one error for each.
  const first = error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as unknown) : error;
  if (first instanceof ProxyError) {
    return `its proxy ${first.message}: check ${settings.proxy}, or HTTPS_PROXY and HTTP_PROXY of the environment`;
  }
  const code = codeOf(first) || codeOf((first as { cause?: unknown } | null)?.cause);
  // Undici gives the code of a parser's error only where it knows it.
  if (first instanceof Error && first.name === 'HTTPParserError') return notHttp(settings);
  const known = reasons.get(code) ?? families.find(([prefix]) => code.startsWith(prefix))?.[1];
  return known?.(settings) ?? null;
}

/** The code that Node or undici gave to the cause of a failure, such as ECONNREFUSED, for the log; undefined if it has none. */
export function causeCodeOf(error: Error): string | undefined {
  let current: unknown = error.cause;
  let found = '';
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const [first] = current instanceof AggregateError ? (current.errors as unknown[]) : [];
    found = codeOf(current) || codeOf(first) || found;
    current = current.cause;
  }
  return found || undefined;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

type Reason = (settings: ServerSettings) => string;

const schemeHint: Reason = ({ url }) => `check whether ${url} is http or https, and its port`;
const untrusted: Reason = ({ ca }) =>
  `its certificate is not trusted. Set ${ca} to the certificate of its authority, or NODE_EXTRA_CA_CERTS for all`;
const notTls: Reason = (settings) => `it does not speak TLS as expected: ${schemeHint(settings)}`;
const notHttp: Reason = (settings) => `its answer is not HTTP: ${schemeHint(settings)}`;
// A server that expects TLS closes a connection that begins with plain HTTP, most often without a word.
const closed: Reason = (settings) =>
  `the connection was closed before an answer came. If every request ends so, ${schemeHint(settings)}`;
const noRoute: Reason = () => 'there is no route to its host: check the network and firewalls';

const reasons = new Map<string, Reason>([
  ['ECONNREFUSED', ({ url }) => `the connection was refused. Check that it runs, and the port in ${url}`],
  ['ENOTFOUND', ({ url }) => `its host name was not found: check ${url} and the name server`],
  ['EAI_AGAIN', () => 'the name server did not answer when its host name was looked up'],
  ['EHOSTUNREACH', noRoute],
  ['EHOSTDOWN', noRoute],
  ['ENETUNREACH', noRoute],
  ['ENETDOWN', noRoute],
  ['ETIMEDOUT', () => 'the connection timed out: check the network and firewalls'],
  ['ECONNRESET', closed],
  ['EPIPE', closed],
  ['UND_ERR_SOCKET', closed],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['CERT_SIGNATURE_FAILURE', untrusted],
  ['CERT_UNTRUSTED', untrusted],
  ['CERT_REJECTED', untrusted],
  ['INVALID_CA', untrusted],
  ['CERT_HAS_EXPIRED', () => 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', () => 'its certificate is not valid yet: check the clocks'],
  ['CERT_REVOKED', () => 'its certificate was revoked'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ({ url }) => `its certificate is for another host name than the one in ${url}`],
]);

/** Codes that begin so, of Node and of OpenSSL. */
const families: readonly (readonly [string, Reason])[] = [
  ['ERR_TLS', notTls],
  ['ERR_SSL', notTls],
  ['EPROTO', notTls],
];
