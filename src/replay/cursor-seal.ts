/**
 * Encrypts positions in the log of changes for cursors. The log numbers the changes of all providers: plain numbers
 * would reveal to a client how many changes happened at providers that it may not see.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface ChangePosition {
  readonly epoch: string;
  readonly seq: number;
}

/** One block: 6 bytes of the epoch, 6 of the number, and 4 zero bytes as a check value. */
const blockBytes = 16;
const algorithm = 'aes-128-ecb';

export const newSealKey = (): string => randomBytes(blockBytes).toString('base64url');

export function seal(key: string, { epoch, seq }: ChangePosition): string {
  const block = Buffer.alloc(blockBytes);
  block.write(epoch, 0, 6, 'base64url');
  block.writeUIntBE(seq, 6, 6);
  const cipher = createCipheriv(algorithm, Buffer.from(key, 'base64url'), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url');
}

/** Returns null if the text was not sealed with this key. */
export function unseal(key: string, sealed: string): ChangePosition | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length !== blockBytes) return null;
  const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64url'), null).setAutoPadding(false);
  const block = Buffer.concat([decipher.update(bytes), decipher.final()]);
  if (block.readUInt32BE(12) !== 0) return null;
  return { epoch: block.toString('base64url', 0, 6), seq: block.readUIntBE(6, 6) };
}
