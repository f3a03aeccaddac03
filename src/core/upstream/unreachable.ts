/** Why a provider could not be reached, for people. It names no address: the configuration has it. */

/** Follows "NAME cannot be reached: ". Null where nothing is known but that it failed. */
export function whyUnreachable(error: unknown): string | null {
  // A host with several addresses fails with one error for each.
  const first = error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as unknown) : error;
  const code = codeOf(first) || codeOf((first as { cause?: unknown } | null)?.cause);
  const known = reasons.get(code);
  if (known) return known;
  return code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code === 'EPROTO' ? notTls : null;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const untrusted =
  'its certificate is not trusted. Set "ca" to the certificate of its authority, or NODE_EXTRA_CA_CERTS for all';
const notTls = 'it does not speak TLS as expected: check whether its url is http or https, and its port';
const closed = 'the connection was closed before an answer came';
const unknownHost = 'its host name was not found: check the url and the name server';
const noRoute = 'there is no route to its host: check the network and firewalls';

const reasons = new Map<string, string>([
  ['ECONNREFUSED', 'the connection was refused. Check that it runs, and the port in its url'],
  ['ENOTFOUND', unknownHost],
  ['EAI_AGAIN', 'the name server did not answer when its host name was looked up'],
  ['EHOSTUNREACH', noRoute],
  ['ENETUNREACH', noRoute],
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
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: check the clocks'],
  ['CERT_REVOKED', 'its certificate was revoked'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host name than the one in its url'],
]);
