/**
 * Encrypts positions in the log of changes for cursors. The log numbers the changes of all providers: plain numbers
 * would reveal to a client how many changes happened at providers that it may not see.
 */
import { randomBytes } from 'node:crypto';
import { openBlock, sealBlock } from '../core/sealed-block.ts';

export interface ChangePosition {
  readonly epoch: string;
  readonly seq: number;
}

export const newSealKey = (): string => randomBytes(16).toString('base64url');

/** A block has 6 bytes of the epoch, 6 of the number, and four zeros. */
export function seal(key: string, { epoch, seq }: ChangePosition): string {
  const block = Buffer.alloc(16);
  block.write(epoch, 0, 6, 'base64url');
  block.writeUIntBE(seq, 6, 6);
  return sealBlock(Buffer.from(key, 'base64url'), block);
}

/** Returns null if the text was not sealed with this key. */
export function unseal(key: string, sealed: string): ChangePosition | null {
  const block = openBlock(Buffer.from(key, 'base64url'), sealed);
  if (block?.readUInt32BE(12) !== 0) return null;
  return { epoch: block.toString('base64url', 0, 6), seq: block.readUIntBE(6, 6) };
}
