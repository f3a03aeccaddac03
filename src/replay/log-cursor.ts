/** Cursors of logs: the backup and a position in its log. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import type { Ref } from '../core/model.ts';
import { decodeToken, encodeToken } from '../lists/cursor.ts';
import type { LogPosition } from './log-parts.ts';

const wireLogCursor = z.tuple([
  z.literal('log'),
  z.string().length(8),
  z.union([z.literal(0), z.string().min(1).max(20)]),
  z.int().min(0),
]);

const backupHash = ({ provider, localId }: Ref): string =>
  createHash('sha256').update(`${provider}\n${localId}`).digest('base64url').slice(0, 8);

export const encodeLogCursor = (backup: Ref, position: LogPosition | null): string =>
  encodeToken(['log', backupHash(backup), position?.epoch ?? 0, position?.seq ?? 0]);

/**
 * Throws BAD_USER_INPUT if the text is not a cursor of a log. A cursor of another backup's log is a position not found.
 */
export function decodeLogCursor(backup: Ref, text: string, argument: 'after' | 'before' = 'after'): LogPosition {
  const parsed = wireLogCursor.safeParse(decodeToken(text));
  if (!parsed.success) {
    const message = `"${argument}" is not a cursor of a log. Use the cursor of a log event or of a line, unchanged.`;
    throw badInput(message, [argument]);
  }
  const [, hash, epoch, seq] = parsed.data;
  return hash === backupHash(backup) ? { epoch: epoch === 0 ? null : epoch, seq } : { epoch: 'foreign', seq: 0 };
}
