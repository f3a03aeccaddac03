/** Work over many rows leaves the event loop to others. */
import { expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { inOwnTurn, inSharedTurn, inTurns, nextTurn } from '../../src/core/turns.ts';
import { never } from '../support/model.ts';

/** Two milliseconds of the real time that slices are measured by: the clock of tests stands still within a turn. */
function work(): void {
  const end = process.hrtime.bigint() + 2_000_000n;
  while (process.hrtime.bigint() < end);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('work over many items stops for every other thing that waits, and handles each item once, in order', async () => {
  const seen: number[] = [];
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns++) await turn();
  })();
  const items = Array.from({ length: 200 }, (_, index) => index);
  const each = (item: number) => {
    work();
    seen.push(item);
  };
  await inTurns(items, each, never);
  isOver = true;
  await others;
  expect(seen).toEqual(items);
  // 400 ms of work, of which 16 items go on without a look at the clock.
  expect(turns).toBeGreaterThanOrEqual(10);
});

test('of many pieces of work that wait, one goes on in each turn of the event loop', async () => {
  const inTurn: number[] = [];
  let turns = 0;
  const pieces = Array.from({ length: 12 }, async () => {
    await nextTurn(never);
    inTurn.push(turns);
  });
  for (; inTurn.length < 12; turns++) await turn();
  await Promise.all(pieces);
  expect(new Set(inTurn).size).toBe(12);
});

test('of many that wait for one answer and work briefly, ten go on in each turn, in order', async () => {
  const order: number[] = [];
  const inTurn: number[] = [];
  let turns = 0;
  const answer = turn();
  const operations = Array.from({ length: 25 }, async (_, index) => {
    expect(await inSharedTurn(answer.then(() => index))).toBe(index);
    order.push(index);
    inTurn.push(turns);
  });
  for (; inTurn.length < 25; turns++) await turn();
  await Promise.all(operations);
  expect(order).toEqual(Array.from({ length: 25 }, (_, index) => index));
  const sizes = [...new Set(inTurn)].map((one) => inTurn.filter((other) => other === one).length);
  expect(sizes).toEqual([10, 10, 5]);
});

test('of many that wait for one answer, those that work for long go on in turns of their own, in order', async () => {
  const order: number[] = [];
  const inTurn: number[] = [];
  let turns = 0;
  const answer = turn();
  const operations = Array.from({ length: 12 }, async (_, index) => {
    expect(await inOwnTurn(answer.then(() => index))).toBe(index);
    for (let count = 0; count < 5; count++) work();
    order.push(index);
    inTurn.push(turns);
  });
  for (; inTurn.length < 12; turns++) await turn();
  await Promise.all(operations);
  expect(order).toEqual(Array.from({ length: 12 }, (_, index) => index));
  expect(new Set(inTurn).size).toBe(12);
});

test('an error passes through its turn', async () => {
  await expect(inOwnTurn(Promise.reject(new GatewayError('CONFLICT', 'Own reason.')))).rejects.toThrow('Own reason.');
});

test('work ends with its signal, with an error of ours', async () => {
  const stop = new AbortController();
  let handled = 0;
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  const each = (item: number) => {
    work();
    handled++;
    if (item === 5) stop.abort();
  };
  await expect(inTurns(items, each, stop.signal)).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
  expect(handled).toBeLessThan(100);
  const own = new GatewayError('CONFLICT', 'Own reason.');
  await expect(nextTurn(AbortSignal.abort(own))).rejects.toBe(own);
});
