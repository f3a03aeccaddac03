/** What streams read when they open, together. */
import { expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { LocalId } from '../../src/core/model.ts';
import { createFirstReads } from '../../src/polling/first-reads.ts';
import { aBackup, aProvider, codeOf, never, unavailable } from '../support/model.ts';

/** Answers when it is told to; keeps what it was asked for. */
function aSlowProvider(answer = (ids: readonly LocalId[]) => ids.map((id) => aBackup({ localId: id }))) {
  const asked: LocalId[][] = [];
  const held: (() => void)[] = [];
  const provider = aProvider({
    getBackups(ids, signal) {
      asked.push([...ids]);
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        held.push(() => {
          try {
            resolve(answer(ids));
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  });
  return { provider, asked, held };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

it('reads those of one moment at once, and those that come meanwhile next', async () => {
  const { provider, asked, held } = aSlowProvider();
  const reads = createFirstReads();
  const first = numbers(1, 3).map((id) => reads.read(provider, id, never));
  await expect.poll(() => held.length).toBe(1);
  const second = [...numbers(4, 5), '4'].map((id) => reads.read(provider, id, never));
  held[0]?.();
  expect((await Promise.all(first)).map((backup) => backup?.localId)).toEqual(['1', '2', '3']);
  await expect.poll(() => held.length).toBe(2);
  held[1]?.();
  expect((await Promise.all(second)).map((backup) => backup?.localId)).toEqual(['4', '5', '4']);
  expect(asked).toEqual([
    ['1', '2', '3'],
    ['4', '5'],
  ]);
});

it('asks for at most 200 at once', async () => {
  const { provider, asked, held } = aSlowProvider();
  const reads = createFirstReads();
  const all = Promise.all(numbers(1, 450).map((id) => reads.read(provider, id, never)));
  for (let call = 0; call < 3; call++) {
    await expect.poll(() => held.length).toBe(call + 1);
    held[call]?.();
  }
  expect(await all).toHaveLength(450);
  expect(asked.map((ids) => ids.length)).toEqual([200, 200, 50]);
});

it('keeps one row that cannot be read from the others', async () => {
  const { provider, held } = aSlowProvider((ids) => {
    if (ids.includes('bad')) throw new GatewayError('PROVIDER_INVALID_RESPONSE', 'That row has another shape.');
    return ids.map((id) => (id === 'gone' ? null : aBackup({ localId: id }))) as never;
  });
  const reads = createFirstReads();
  const outcomes = Promise.allSettled(['1', '2', 'bad', 'gone', '5'].map((id) => reads.read(provider, id, never)));
  let isOver = false;
  void outcomes.then(() => (isOver = true));
  await expect
    .poll(() => {
      for (const answer of held.splice(0)) answer();
      return isOver;
    })
    .toBe(true);
  expect((await outcomes).map((one) => (one.status === 'fulfilled' ? (one.value?.localId ?? null) : 'failed'))).toEqual(
    ['1', '2', 'failed', null, '5'],
  );
});

it('tells all of an outage after one call', async () => {
  const { provider, asked, held } = aSlowProvider(() => {
    throw unavailable();
  });
  const reads = createFirstReads();
  const codes = Promise.all(numbers(1, 20).map((id) => codeOf(reads.read(provider, id, never))));
  await expect.poll(() => held.length).toBe(1);
  held[0]?.();
  expect(new Set(await codes)).toEqual(new Set(['PROVIDER_UNAVAILABLE']));
  expect(asked).toHaveLength(1);
});

it('stops when the last of them has gone', async () => {
  const { provider, held, asked } = aSlowProvider();
  const reads = createFirstReads();
  const [first, second] = [new AbortController(), new AbortController()];
  const both = [reads.read(provider, '1', first.signal), reads.read(provider, '2', second.signal)];
  await expect.poll(() => held.length).toBe(1);
  first.abort(new Error('gone'));
  second.abort(new Error('gone'));
  expect(await Promise.all(both.map((one) => codeOf(one)))).toHaveLength(2);
  const next = reads.read(provider, '3', never);
  await expect.poll(() => held.length).toBe(2);
  held[1]?.();
  expect((await next)?.localId).toBe('3');
  expect(asked).toEqual([['1', '2'], ['3']]);
});
