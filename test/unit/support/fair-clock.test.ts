import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const realMs = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** As a process rests that gets no processor. */
function rest(ms: number): void {
  const end = realMs() + ms;
  while (realMs() < end);
}

it('a deadline does not expire while the process rests', async () => {
  let isOver = false;
  const timer = setTimeout(() => (isOver = true), 100);
  const [startedAt, startedOn] = [performance.now(), Date.now()];
  rest(300);
  await pass(1);
  expect(isOver).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(50);
  expect(Date.now() - startedOn).toBeLessThan(50);
  clearTimeout(timer);
});

it('a clock that is not held up is as fast as the real one, and never goes back', async () => {
  const [startedAt, reallyAt] = [performance.now(), realMs()];
  let last = startedAt;
  for (let looks = 0; looks < 50; looks++) {
    await pass(4);
    expect(performance.now()).toBeGreaterThanOrEqual(last);
    last = performance.now();
  }
  expect(last - startedAt).toBeGreaterThanOrEqual(200);
  expect(last - startedAt).toBeLessThanOrEqual(realMs() - reallyAt + 1);
});

it('timers fire in the order in which they are due, and promises settle between them', async () => {
  const seen: string[] = [];
  const tell = (text: string) => () => {
    seen.push(text);
    void Promise.resolve().then(() => seen.push(`after ${text}`));
  };
  setTimeout(tell('third'), 12);
  setTimeout(tell('first'), 2);
  setTimeout(tell('second'), 2);
  clearTimeout(setTimeout(tell('never'), 2));
  await pass(20);
  expect(seen).toEqual(['first', 'after first', 'second', 'after second', 'third', 'after third']);
});

it('an interval repeats until it is cleared, also by itself', async () => {
  let times = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (++times < 3) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  await pass(20);
  expect(times).toBe(3);
});

it('a callback has the context of the code that set the timer', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen = storage.run('mine', () => new Promise((resolve) => setTimeout(() => resolve(storage.getStore()), 1)));
  expect(await seen).toBe('mine');
});

it('timers have what those of Node have', async () => {
  const timer = setTimeout(() => undefined, 1_000);
  expect(timer.hasRef()).toBe(true);
  expect(timer.unref().hasRef()).toBe(false);
  expect(timer.refresh()).toBe(timer);
  clearTimeout(Number(timer));
  expect(await promisify(setTimeout)(1, 'value')).toBe('value');
  const controller = new AbortController();
  const passing = pass(10_000, null, { signal: controller.signal });
  controller.abort();
  await expect(passing).rejects.toMatchObject({ name: 'AbortError' });
  const signal = AbortSignal.timeout(5);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

it('dates are those of the same clock', () => {
  expect(new Date() instanceof Date).toBe(true);
  expect(new Date().constructor).toBe(Date);
  expect(Math.abs(Date.parse(new Date().toISOString()) - Date.now())).toBeLessThan(50);
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(Date.UTC(1970, 0, 2)).toBe(86_400_000);
});
