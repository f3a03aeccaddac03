/**
 * Failures per minute that several gateways count together. The database is asked only about keys that have failed: gateways
 * tell each other which.
 */
import { type Notices, pollTopic } from './notices.ts';
import type { SharedRate } from './shared-rate.ts';

const topic = 'failed';
/** By then, the limit is full again. */
const knownForMs = 60_000;
const maxKeys = 10_000;

export function createSharedFailures(rate: SharedRate, notices: Notices) {
  /** Until when a key may have failures, by the clock of this process. */
  const failed = new Map<string, number>();
  /** Until then any key may have some that this gateway was not told of: since its start, or a lost connection. */
  let anyUntil = performance.now() + knownForMs;

  function note(key: string): void {
    const at = performance.now();
    if (failed.size >= maxKeys) for (const [old, until] of failed) if (until <= at) failed.delete(old);
    if (failed.size >= maxKeys) anyUntil = at + knownForMs;
    else failed.set(key, at + knownForMs);
  }

  notices.onNotice((notice) => {
    if (notice === null || notice.topic === pollTopic) anyUntil = performance.now() + knownForMs;
    else if (notice.topic === topic) note(notice.of);
  });

  return {
    /** Counts one and resolves to 0, or resolves to the seconds to wait. The others know before it resolves, or soon after. */
    async take(key: string): Promise<number> {
      note(key);
      const seconds = await rate.take(key, 1);
      await notices.tellNow(topic, key);
      return seconds;
    },
    /** Returns the seconds until one more is allowed. */
    wait(key: string): number | Promise<number> {
      const at = performance.now();
      return at < anyUntil || at < (failed.get(key) ?? 0) ? rate.wait(key) : 0;
    },
  };
}
