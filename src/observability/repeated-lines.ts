/**
 * Log lines that any client can cause, as often as it likes. The first few of an address are written in full. The rest
 * are counted, and one summary for each address follows at the end of the interval. The number of lines and the memory
 * are bounded, whatever the number of addresses.
 */
import type { Log } from './log.ts';

export interface RepeatedLine {
  readonly level: 'info' | 'warn';
  /** An address, or a network whose addresses count as one. */
  readonly address: string;
  /** Counted separately in the summary, such as an error code. */
  readonly reason: string;
  /** Fields of the full line. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RepeatedLines {
  write(line: RepeatedLine): void;
  /** Writes the summaries that are due. */
  close(): void;
}

export interface RepeatedLinesOptions {
  readonly intervalMs?: number;
  /** Maximum of full lines of one address in an interval. */
  readonly perAddress?: number;
  /** Maximum of full lines of all addresses in an interval. */
  readonly perInterval?: number;
  /** Maximum of addresses with a summary of their own; all others share one. */
  readonly maxAddresses?: number;
}

interface Count {
  written: number;
  unwritten: number;
  readonly reasons: Map<string, number>;
}

const otherAddresses = 'other addresses';
/** Maximum of reasons. They should come from a fixed set; this bounds the memory if they do not. */
const maxReasons = 10;

export function createRepeatedLines(log: Log, message: string, options: RepeatedLinesOptions = {}): RepeatedLines {
  const { intervalMs = 60_000, perAddress = 5, perInterval = 50, maxAddresses = 50 } = options;
  const counts = new Map<string, Count>();
  let written = 0;
  let timer: NodeJS.Timeout | null = null;

  function countOf(address: string): Count {
    const key = counts.has(address) || counts.size < maxAddresses ? address : otherAddresses;
    let count = counts.get(key);
    if (!count) {
      count = { written: 0, unwritten: 0, reasons: new Map() };
      counts.set(key, count);
    }
    return count;
  }

  function summarize(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    written = 0;
    const all = [...counts];
    counts.clear();
    for (const [address, { unwritten, reasons }] of all) {
      if (unwritten === 0) continue;
      const fields = { address, repeated: unwritten, reasons: Object.fromEntries(reasons), seconds: intervalMs / 1000 };
      log.warn(fields, `${message}: repeated`);
    }
  }

  return {
    write({ level, address, reason, fields }) {
      timer ??= setTimeout(summarize, intervalMs).unref();
      const count = countOf(address);
      if (count.written < perAddress && written < perInterval) {
        count.written++;
        written++;
        log[level](fields, message);
        return;
      }
      count.unwritten++;
      const known = count.reasons.has(reason) || count.reasons.size < maxReasons ? reason : 'other';
      count.reasons.set(known, (count.reasons.get(known) ?? 0) + 1);
    },
    close: summarize,
  };
}
