import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { LogEvent } from '../../src/replay/stream-events.ts';
import { openStream } from '../../src/streams/opening.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { codeOf, unavailable } from '../support/model.ts';
import { all, first, openLog, told } from '../support/read-streams.ts';
import { aHub, aWatchedProduct, pause } from '../support/watched.ts';

describe('a stream that cannot begin as it should', () => {
  test('tells the state before the outage, where progress is joined during one', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const early = progressStream(hub, product.provider, first(product));
    await early.next();
    product.failure = unavailable();
    expect((await early.next()).value).toMatchObject({ type: 'stalled' });
    const late = progressStream(hub, product.provider, first(product));
    expect((await late.next()).value).toMatchObject({ type: 'updated', backup: { status: 'RUNNING' } });
    expect((await late.next()).value).toMatchObject({ type: 'stalled' });
    await early.return?.();
    await late.return?.();
  });

  const open = { closed: null };
  const options = { provider: 'one', cursor: 'here', retryMs: 5, hub: open, signal: new AbortController().signal };

  const loginPage = () => new GatewayError('PROVIDER_INVALID_RESPONSE', 'one did not answer with JSON');

  test.each([
    ['is away', unavailable],
    ['stands behind a login page', loginPage],
    ['refuses our login', () => new GatewayError('PROVIDER_UNAUTHENTICATED', 'one refuses the password')],
  ])('says so once while its provider %s, and begins when that is over', async (_, failure) => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    let tries = 0;
    const stream = await openStream<LogEvent>(() => {
      if (++tries < 4) return Promise.reject(failure());
      product.set('1', { status: 'SUCCEEDED' });
      return Promise.resolve(openLog(hub, product));
    }, options);
    const events = await all(stream);
    expect(told(events)).toEqual(['stalled', 'a', 'finished']);
    expect(events[0]).toMatchObject({ cursor: 'here', problem: { provider: 'one' } });
    expect(tries).toBe(4);
  });

  test('is an error at once where asking again will not cure it, also later', async () => {
    const missing = new GatewayError('NOT_FOUND', 'no');
    expect(await codeOf(openStream(() => Promise.reject(missing), options))).toBe('NOT_FOUND');
    let tries = 0;
    const stream = await openStream(() => Promise.reject(++tries < 3 ? unavailable() : missing), options);
    await stream.next();
    expect(await codeOf(stream.next())).toBe('NOT_FOUND');
  });

  test('ends with the gateway, as the others do', async () => {
    const hub = aHub();
    const stream = await openStream(() => Promise.reject(hub.closed ?? unavailable()), { ...options, hub });
    await stream.next();
    const next = codeOf(stream.next());
    hub.close();
    expect(await next).toBe('PROVIDER_UNAVAILABLE');
  });

  test('is given up when its reader goes, and not before the provider asked to be asked again', async () => {
    let tries = 0;
    const stream = await openStream(() => {
      tries++;
      return Promise.reject(unavailable('one', 0.1));
    }, options);
    await stream.next();
    const next = stream.next();
    await pause(60);
    expect(tries).toBe(1);
    await stream.return?.();
    expect((await next).done).toBe(true);
    await pause(100);
    expect(tries).toBe(1);
  });
});
