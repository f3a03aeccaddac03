/** Global ids: what a type, a provider and the provider's own handle become for clients, and back. */
import type { Ref } from '../src/core/model.ts';

export interface GlobalId extends Ref {
  /** Name of the GraphQL type. */
  readonly type: string;
}

export const encodeId = (type: string, provider: string, localId = ''): string =>
  Buffer.from(`${type}:${provider}:${localId}`).toString('base64url');

/** A path of 4,096 bytes of which each is written as an escape of eight characters. */
const maxLength = 50_000;
const shape = /^([A-Za-z]\w*):([a-z0-9-]{1,40}):(.*)$/s;

/** Null for text that is not a global id of this gateway. */
export function decodeId(id: string): GlobalId | null {
  if (id.length > maxLength || !/^[\w-]+$/.test(id)) return null;
  const match = shape.exec(Buffer.from(id, 'base64url').toString('utf8'));
  if (!match) return null;
  const [, type = '', provider = '', localId = ''] = match;
  // Two spellings of one id would be two entries in a client's cache.
  return encodeId(type, provider, localId) === id ? { type, provider, localId } : null;
}
