/**
 * Where an entry of the audit log stands, as text for clients. Encrypted, so that the number in it does not tell how
 * many entries there are that somebody may not see, and nobody makes one up; with the key of one database.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

export interface Places {
  encode(seq: number): string;
  /** Null for a cursor that this database did not make. */
  decode(text: string): number | null;
}

const cipher = 'aes-256-ecb';

/** `key`: 32 bytes. A place is one block: eight zeros, by which a wrong one is known, and the number. */
export function createPlaces(key: Uint8Array): Places {
  function encode(seq: number): string {
    const block = Buffer.alloc(16);
    block.writeBigUInt64BE(BigInt(seq), 8);
    return createCipheriv(cipher, key, null).setAutoPadding(false).update(block).toString('base64url');
  }
  return {
    encode,
    decode(text) {
      // The last character has two bits of the block, and one spelling.
      if (!/^[\w-]{21}[AQgw]$/.test(text)) return null;
      const block = createDecipheriv(cipher, key, null).setAutoPadding(false).update(Buffer.from(text, 'base64url'));
      return block.readBigUInt64BE(0) === 0n ? Number(block.readBigUInt64BE(8)) : null;
    },
  };
}
