/**
 * Loaded before any program that is measured (`node --import`): what the process uses, and how long it delays timers.
 * It answers the driver over the channel between the two processes, and costs the same in each program.
 */
import { createHistogram } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Since the last look, except for the two of memory. */
export interface Usage {
  /** User and system time of all threads, in milliseconds. */
  readonly cpuMs: number;
  /** How late timers were. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** The same, without the time in which the process did not run since others used the processor. */
  readonly ownLoopP99Ms: number;
  readonly ownLoopMaxMs: number;
  readonly rssBytes: number;
  /** Since the start of the process. */
  readonly peakRssBytes: number;
}

export const takeUsage = 'bench: take usage';

const everyMs = 10;

function watchEventLoop() {
  const late = createHistogram();
  const own = createHistogram();
  let at = performance.now();
  /** Processor time until then, in microseconds. */
  let used = 0;
  const tick = (): void => {
    const now = performance.now();
    const { user, system } = process.cpuUsage();
    const lateMs = Math.max(0, now - at - everyMs);
    // It cannot have been busy for longer than it used a processor.
    const ownMs = Math.min(lateMs, (user + system - used) / 1000);
    late.record(1 + Math.round(lateMs * 1000));
    own.record(1 + Math.round(ownMs * 1000));
    at = now;
    used = user + system;
    setTimeout(tick, everyMs).unref();
  };
  setTimeout(tick, everyMs).unref();
  return {
    take() {
      const toMs = (microseconds: number): number => (microseconds - 1) / 1000;
      const taken = {
        loopP99Ms: toMs(late.percentile(99)),
        loopMaxMs: toMs(late.max),
        ownLoopP99Ms: toMs(own.percentile(99)),
        ownLoopMaxMs: toMs(own.max),
      };
      late.reset();
      own.reset();
      return taken;
    },
  };
}

function answerTheDriver(): void {
  const loop = watchEventLoop();
  let since = process.cpuUsage();
  process.on('message', (message) => {
    if (message !== takeUsage) return;
    const { user, system } = process.cpuUsage(since);
    since = process.cpuUsage();
    process.send?.({
      cpuMs: (user + system) / 1000,
      ...loop.take(),
      rssBytes: process.memoryUsage.rss(),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    } satisfies Usage);
  });
  process.channel?.unref();
  // The driver is gone, however it ended.
  process.once('disconnect', () => process.exit());
}

// Also imported for its types, and by the worker threads of what is measured.
if (isMainThread && process.channel) answerTheDriver();
