import { expect, it } from 'vitest';
import { keep } from '../../../providers/_kit/ttl-cache.ts';
import { giveRequest, requestOf } from '../../../src/core/request-scope.ts';

it('a load belongs to the request of its first reader, and ends with none of them', async () => {
  const requests: (string | null)[] = [];
  const loading: AbortSignal[] = [];
  const kept = keep('files', 60_000, (signal) => {
    loading.push(signal);
    requests.push(requestOf(signal)?.requestId ?? null);
    return Promise.resolve('value');
  });
  const first = new AbortController();
  giveRequest(first.signal, { requestId: 'first' });
  const second = giveRequest(new AbortController().signal, { requestId: 'second' });
  const reads = [kept.read(first.signal), kept.read(second)];
  first.abort();
  await Promise.allSettled(reads);
  expect(await kept.read(second)).toBe('value');
  expect(requests).toEqual(['first']);
  expect(loading.map(({ aborted }) => aborted)).toEqual([false]);
});
