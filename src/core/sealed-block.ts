/**
 * Encrypts numbers as opaque text, so that clients cannot read, forge or compare them: one block of AES. Each caller
 * defines the layout of its 16 bytes and keeps some of them zero as a check value.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const blockBytes = 16;

/** ECB: equal blocks give equal texts. That reveals nothing, since every block is a different number. */
const algorithmOf = (key: Uint8Array): string => `aes-${key.length * 8}-ecb`;

/** `key`: 16 or 32 bytes. `block`: 16 bytes. */
export const sealBlock = (key: Uint8Array, block: Buffer): string =>
  createCipheriv(algorithmOf(key), key, null).setAutoPadding(false).update(block).toString('base64url');

/** Returns the block of a text; null if the text has another form. A text of another key gives random bytes. */
export function openBlock(key: Uint8Array, text: string): Buffer | null {
  const sealed = Buffer.from(text, 'base64url');
  // The decoder ignores invalid characters: only the canonical text of a block is accepted.
  if (sealed.length !== blockBytes || sealed.toString('base64url') !== text) return null;
  return createDecipheriv(algorithmOf(key), key, null).setAutoPadding(false).update(sealed);
}
