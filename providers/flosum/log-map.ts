/**
 * The text of a job's log as lines. Neither its form nor its media type is documented, so a line is shown as it is,
 * and no time is read out of it.
 */
import { GatewayError } from '../../src/core/errors.ts';
import type { LogLevel, LogLine } from '../../src/core/model.ts';

const levels: Readonly<Record<string, LogLevel>> = {
  DEBUG: 'DEBUG',
  INFO: 'INFO',
  WARN: 'WARNING',
  WARNING: 'WARNING',
  ERROR: 'ERROR',
  FATAL: 'ERROR',
};
/** A word in capitals near the start, as most programs write it; anywhere else it is part of a sentence. */
const levelWord = /^.{0,40}?\b(DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b/;

export function toLogLine(raw: string): LogLine {
  const word = levelWord.exec(raw)?.[1];
  return { text: raw.replace(/[\r\n]+/g, ' '), raw, at: null, level: (word && levels[word]) || 'UNKNOWN' };
}

/** An error without the time and the level before it. */
export const withoutPrefix = (text: string): string => text.replace(/^.{0,40}?\b(?:ERROR|FATAL)\b[\]:-]?/, '').trim();

/** More than any log that a person reads, and less than what would fill the memory. */
const maxBytes = 32_000_000;

/** Lines out of pieces that may end anywhere, also in the middle of a character. */
export function createLineReader(provider: string) {
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let rest = '';
  let bytes = 0;
  return {
    add(piece: Uint8Array): void {
      if (bytes === 0) refusePage(provider, piece);
      bytes += piece.length;
      if (bytes > maxBytes) {
        const message = `${provider} sent more than ${maxBytes / 1_000_000} MB for one log.`;
        throw new GatewayError('PROVIDER_INVALID_RESPONSE', message);
      }
      // Only the new text is split: a line that goes on for megabytes would be looked through again for each piece.
      const [first = '', ...others] = decoder.decode(piece, { stream: true }).split('\n');
      rest += first;
      for (const part of others) {
        lines.push(rest);
        rest = part;
      }
    },
    /** A log that is over may lack the line end of its last line; in one that grows that line is not whole yet. */
    finish(isOver: boolean): readonly LogLine[] {
      const last = isOver ? rest + decoder.decode() : '';
      return [...lines, ...(last === '' ? [] : [last])].map((line) => toLogLine(line.replace(/\r$/, '')));
    },
  };
}

/** A log-in page with 200 is no log. */
function refusePage(provider: string, piece: Uint8Array): void {
  const start = new TextDecoder().decode(piece.subarray(0, 200)).trimStart().toLowerCase();
  if (!start.startsWith('<!doctype html') && !start.startsWith('<html')) return;
  const message = `${provider} answered with a web page instead of a log: is there a login page or a proxy before it?`;
  throw new GatewayError('PROVIDER_INVALID_RESPONSE', message);
}
