/** Which program a client says that it is, for the log: in headers, or in the payload of `connection_init`. */
import type { ClientSoftware } from '../../core/request-scope.ts';
import { toPlainName } from '../../core/unicode.ts';

/** In lower case. Apollo's clients send the first; the others are what further clients and gateways use. */
const headerNames = ['apollographql-client-', 'graphql-client-'];
const payloadNames = [...headerNames, 'client'];

const maxLength = 100;

/** `headers` as Node gives them: names are in lower case. */
export const clientOf = (headers: object): ClientSoftware | undefined =>
  find(new Map(Object.entries(headers)), headerNames);

/** The same of a payload, whose keys may have capitals: `clientName` and `clientVersion`, or the names of the headers. */
export const clientInPayload = (payload: unknown): ClientSoftware | undefined =>
  typeof payload === 'object' && payload !== null
    ? find(new Map(Object.entries(payload).map(([key, value]) => [key.toLowerCase(), value])), payloadNames)
    : undefined;

function find(values: ReadonlyMap<string, unknown>, prefixes: readonly string[]): ClientSoftware | undefined {
  const [clientName, clientVersion] = ['name', 'version'].map((what) =>
    prefixes.map((prefix) => clean(values.get(prefix + what))).find((text) => text !== ''),
  );
  if (clientName === undefined && clientVersion === undefined) return undefined;
  return {
    ...(clientName === undefined ? {} : { clientName }),
    ...(clientVersion === undefined ? {} : { clientVersion }),
  };
}

/** Cut before it is read: a payload may be large. */
const clean = (value: unknown): string => (typeof value === 'string' ? toPlainName(value.slice(0, maxLength)) : '');
