/** Answers in the read cache expire together, at the end of each interval by `performance.now()`. */
import { vi } from 'vitest';

/** Lets an interval of so many seconds begin now, so that it does not end during a test. Dispose of it after the gateway. */
export function beginInterval(seconds: number): Disposable {
  const now = performance.now.bind(performance);
  const ms = seconds * 1000;
  const aheadMs = Math.ceil(now() / ms) * ms - now();
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}
