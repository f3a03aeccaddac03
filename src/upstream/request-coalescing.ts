/**
 * Request coalescing: identical reads at the same time are one, and with a keeping time its answer is shared for a short
 * while after it. A read that starts after `forget` never gets the answer of one that started before.
 */
import { untilAborted } from '../core/deadline.ts';
import { Stop } from '../core/stop.ts';

export interface RequestCoalescing {
  /**
   * `load` runs once for all callers with this key; it is stopped when the last of them has gone. Rejects with what `load`
   * threw, or with the reason of the caller's signal as soon as that aborts.
   */
  read<T>(key: string, load: (stop: Stop) => Promise<T>, signal: AbortSignal): Promise<T>;
  forget(): void;
}

interface Read {
  readonly answer: Promise<unknown>;
  /** By `performance.now()`. */
  readonly keptUntil: number;
  readonly stop: Stop;
  waiting: number;
  isOver: boolean;
}

/** Most answers at once; beyond it the oldest are dropped, but never a read that is under way. */
const maxKept = 200;

/**
 * When an answer that was asked for at `askedAt` expires: at the end of the current interval of `keptMs`. All answers of
 * an interval expire together, so that nothing that is made of them outlives one of them. By `performance.now()`; 0 if
 * answers are not kept.
 */
export const endOfKeeping = (askedAt: number, keptMs: number): number =>
  keptMs === 0 ? 0 : (Math.floor(askedAt / keptMs) + 1) * keptMs;

export function createRequestCoalescing(keptMs: number): RequestCoalescing {
  const reads = new Map<string, Read>();
  let timer: NodeJS.Timeout | null = null;

  const isFresh = (read: Read): boolean => !read.isOver || performance.now() < read.keptUntil;

  function drop(key: string, read: Read): void {
    if (reads.get(key) === read) reads.delete(key);
  }

  /** An answer may have megabytes, so a timer drops it when it expires. */
  function dropOld(): void {
    for (const [key, read] of reads) if (!isFresh(read)) reads.delete(key);
    for (const [key, read] of reads) {
      if (reads.size <= maxKept) break;
      if (read.isOver) reads.delete(key);
    }
    if (timer || reads.size === 0 || keptMs === 0) return;
    timer = setTimeout(() => {
      timer = null;
      dropOld();
    }, keptMs).unref();
  }

  function start(key: string, load: (stop: Stop) => Promise<unknown>): Read {
    const stop = new Stop();
    const read: Read = {
      answer: started(load, stop),
      keptUntil: endOfKeeping(performance.now(), keptMs),
      stop,
      waiting: 0,
      isOver: false,
    };
    reads.set(key, read);
    read.answer.then(
      () => {
        read.isOver = true;
        if (!isFresh(read)) drop(key, read);
        dropOld();
      },
      () => {
        read.isOver = true;
        drop(key, read);
      },
    );
    return read;
  }

  function leave(key: string, read: Read, reason: unknown): void {
    read.waiting--;
    if (read.waiting > 0 || read.isOver) return;
    drop(key, read);
    read.stop.stop(reason);
  }

  return {
    read<T>(key: string, load: (stop: Stop) => Promise<T>, signal: AbortSignal): Promise<T> {
      if (signal.aborted) return Promise.reject(signal.reason);
      const known = reads.get(key);
      const read = known && isFresh(known) ? known : start(key, load);
      const answer = read.answer as Promise<T>;
      if (read.isOver) return answer;
      read.waiting++;
      return untilAborted(answer, signal, () => leave(key, read, signal.reason));
    },
    forget: () => reads.clear(),
  };
}

/** As a rejection also what `load` throws before it returns a promise. */
function started<T>(load: (stop: Stop) => Promise<T>, stop: Stop): Promise<T> {
  try {
    return load(stop);
  } catch (error) {
    return Promise.reject(error);
  }
}
