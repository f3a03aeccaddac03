/**
 * Where an entry stands in the audit log, as text for clients. It is sealed, so that it does not tell how many entries
 * there are that a viewer may not see.
 */
import { openBlock, sealBlock } from '../core/sealed-block.ts';

export interface Places {
  encode(seq: number): string;
  /** Null for a text that this database did not make. */
  decode(text: string): number | null;
}

/** `key`: 32 bytes, of one database. A block has eight zeros and the number. */
export const createPlaces = (key: Uint8Array): Places => ({
  encode(seq) {
    const block = Buffer.alloc(16);
    block.writeBigUInt64BE(BigInt(seq), 8);
    return sealBlock(key, block);
  },
  decode(text) {
    const block = openBlock(key, text);
    return block?.readBigUInt64BE(0) === 0n ? Number(block.readBigUInt64BE(8)) : null;
  },
});
