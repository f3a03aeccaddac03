/**
 * Numbers as text that clients hold and cannot read, forge or compare: one block of AES. Each caller lays out its 16 bytes and
 * leaves some of them zero, so that it recognizes a block of its own.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const blockBytes = 16;

/** Every block is another number, so equal blocks are equal texts: no vector is needed. */
const algorithmOf = (key: Uint8Array): string => `aes-${key.length * 8}-ecb`;

/** `key`: 16 or 32 bytes. `block`: 16 bytes. */
export const sealBlock = (key: Uint8Array, block: Buffer): string =>
  createCipheriv(algorithmOf(key), key, null).setAutoPadding(false).update(block).toString('base64url');

/** The block of a text; null where the text cannot be one. The bytes of a text that another key made are random. */
export function openBlock(key: Uint8Array, text: string): Buffer | null {
  const sealed = Buffer.from(text, 'base64url');
  // The decoder ignores what it does not know: only the one spelling of a block is accepted.
  if (sealed.length !== blockBytes || sealed.toString('base64url') !== text) return null;
  return createDecipheriv(algorithmOf(key), key, null).setAutoPadding(false).update(sealed);
}
