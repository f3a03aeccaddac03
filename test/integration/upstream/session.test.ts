import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { type Credentials, fixedSession, loginSession } from '../../../src/upstream/session.ts';
import { codeOf, never, unavailable } from '../../support/model.ts';

const refused = () => new GatewayError('PROVIDER_UNAUTHENTICATED', 'It refuses the password.');
const pauseMs = 900_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A product's login that answers when it is told to. */
function startSession() {
  const logins: { signal: AbortSignal; answer: (credentials: Credentials) => void; fail: (error: unknown) => void }[] =
    [];
  const session = loginSession({
    login: (signal) => new Promise((answer, fail) => void logins.push({ signal, answer, fail })),
    pauseMs,
    timeoutMs: 5_000,
  });
  return { session, logins };
}

const token = (text: string): Credentials => ({ headers: { authorization: text } });

async function startLoggedIn(isProven: boolean) {
  const started = startSession();
  const waiting = started.session.credentials(never);
  started.logins[0]?.answer(token('first'));
  const first = await waiting;
  if (isProven) started.session.accepted(first);
  return { ...started, first };
}

test('twenty callers share one login', async () => {
  const { session, logins } = startSession();
  const waiting = Array.from({ length: 20 }, () => session.credentials(never));
  logins[0]?.answer(token('first'));
  expect(new Set(await Promise.all(waiting)).size).toBe(1);
  await session.credentials(never);
  expect(logins).toHaveLength(1);
});

test('twenty callers share one failure, and the next one asks again', async () => {
  const { session, logins } = startSession();
  const waiting = Array.from({ length: 20 }, () => codeOf(session.credentials(never)));
  logins[0]?.fail(unavailable());
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['PROVIDER_UNAVAILABLE']));
  void session.credentials(never);
  expect(logins).toHaveLength(2);
});

test('a caller that gives up does not cancel the login that others wait for', async () => {
  const { session, logins } = startSession();
  const impatient = new AbortController();
  const gone = session.credentials(impatient.signal);
  const other = session.credentials(never);
  impatient.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  expect(logins[0]?.signal.aborted).toBe(false);
  logins[0]?.answer(token('first'));
  expect(await other).toEqual(token('first'));
});

test('a refused password is not tried again before the pause is over, and then once', async () => {
  const { session, logins } = startSession();
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(refused());
  expect(await first).toBe('PROVIDER_UNAUTHENTICATED');
  vi.advanceTimersByTime(pauseMs - 1);
  for (let call = 0; call < 100; call++)
    expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAUTHENTICATED');
  expect(logins).toHaveLength(1);
  vi.advanceTimersByTime(1);
  const again = Array.from({ length: 20 }, () => session.credentials(never));
  expect(logins).toHaveLength(2);
  logins[1]?.answer(token('now'));
  expect(await Promise.all(again)).toHaveLength(20);
});

test.each(['PROVIDER_UNAUTHENTICATED', 'PROVIDER_FORBIDDEN', 'BAD_USER_INPUT', 'PROVIDER_RATE_LIMITED'] as const)(
  'a login that is refused with %s is not tried again before the pause is over, and says when that is',
  async (code) => {
    const { session, logins } = startSession();
    const first = codeOf(session.credentials(never));
    logins[0]?.fail(new GatewayError(code, 'It refuses the login.'));
    expect(await first).toBe(code);
    vi.advanceTimersByTime(60_000);
    await expect(session.credentials(never)).rejects.toMatchObject({
      code,
      message: 'It refuses the login.',
      retryAfterSeconds: pauseMs / 1000 - 60,
    });
    expect(logins).toHaveLength(1);
    vi.advanceTimersByTime(pauseMs - 60_000);
    void session.credentials(never);
    expect(logins).toHaveLength(2);
  },
);

test('a password that was refused is paused for, however soon the product would have it again', async () => {
  const { session, logins } = startSession();
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(new GatewayError('PROVIDER_UNAUTHENTICATED', 'no', { retryAfterSeconds: 1 }));
  await first;
  vi.advanceTimersByTime(pauseMs - 1);
  expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAUTHENTICATED');
  expect(logins).toHaveLength(1);
});

test('a product that has had too many logins, and says for how long, is asked again then', async () => {
  const { session, logins } = startSession();
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(new GatewayError('PROVIDER_RATE_LIMITED', 'no', { retryAfterSeconds: 30 }));
  await first;
  vi.advanceTimersByTime(30_000);
  void session.credentials(never);
  expect(logins).toHaveLength(2);
});

test('a pause that has just begun is told as what the product said, however times are rounded', async () => {
  const { session, logins } = startSession();
  // With this time, (now + 30,000) - now is a little more than 30,000.
  vi.spyOn(performance, 'now').mockReturnValue(2774.000000000012);
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(new GatewayError('PROVIDER_RATE_LIMITED', 'no', { retryAfterSeconds: 30 }));
  await first;
  await expect(session.credentials(never)).rejects.toMatchObject({ retryAfterSeconds: 30 });
});

test('a pause that is all but over is told as one second', async () => {
  const { session, logins } = startSession();
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(new GatewayError('PROVIDER_RATE_LIMITED', 'no', { retryAfterSeconds: 30 }));
  await first;
  vi.advanceTimersByTime(29_999.5);
  await expect(session.credentials(never)).rejects.toMatchObject({ retryAfterSeconds: 1 });
});

test('a product that says when to come back is left alone until then', async () => {
  const { session, logins } = startSession();
  const first = codeOf(session.credentials(never));
  logins[0]?.fail(unavailable('one', 30));
  expect(await first).toBe('PROVIDER_UNAVAILABLE');
  vi.advanceTimersByTime(29_999);
  expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAVAILABLE');
  expect(logins).toHaveLength(1);
  vi.advanceTimersByTime(1);
  void session.credentials(never);
  expect(logins).toHaveLength(2);
});

test('twenty callers that are refused with an old token renew it once', async () => {
  const { session, logins, first } = await startLoggedIn(true);
  const renewing = Array.from({ length: 20 }, () => session.renew(first, never));
  expect(logins).toHaveLength(2);
  logins[1]?.answer(token('second'));
  expect(new Set(await Promise.all(renewing))).toEqual(new Set([token('second')]));
  expect(await session.renew(first, never), 'one that was refused long ago and tells only now').toEqual(
    token('second'),
  );
  expect(logins).toHaveLength(2);
});

test('a token that was fresh and is refused at once stops everybody, since the next would be the same', async () => {
  const { session, logins, first } = await startLoggedIn(false);
  expect(await session.renew(first, never)).toBeNull();
  expect(await codeOf(session.renew(first, never))).toBe('PROVIDER_UNAUTHENTICATED');
  expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAUTHENTICATED');
  expect(logins).toHaveLength(1);
  vi.advanceTimersByTime(pauseMs);
  void session.credentials(never);
  expect(logins).toHaveLength(2);
});

test('a token that nobody could use before it ended is renewed like an old one', async () => {
  const { session, logins, first } = await startLoggedIn(false);
  vi.advanceTimersByTime(5_001);
  const renewing = session.renew(first, never);
  logins[1]?.answer(token('second'));
  expect(await renewing).toEqual(token('second'));
});

test('a product that refuses what it has just given is asked for another after half a minute', async () => {
  const { session, logins, first } = await startLoggedIn(false);
  expect(await session.renew(first, never)).toBeNull();
  vi.advanceTimersByTime(29_999);
  expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAUTHENTICATED');
  vi.advanceTimersByTime(1);
  void session.credentials(never);
  expect(logins).toHaveLength(2);
});

test('a login has a deadline of its own', async () => {
  const login = (signal: AbortSignal) =>
    new Promise<Credentials>((_, reject) => signal.addEventListener('abort', () => reject(unavailable())));
  const session = loginSession({ login, pauseMs, timeoutMs: 10 });
  expect(await codeOf(session.credentials(never))).toBe('PROVIDER_UNAVAILABLE');
});

test('a caller that has gone already starts no login', async () => {
  const { session, logins } = startSession();
  await expect(session.credentials(AbortSignal.abort('gone'))).rejects.toBe('gone');
  expect(logins).toHaveLength(0);
});

test('a fixed token is what it is, and a refusal of it is final', async () => {
  const session = fixedSession({ authorization: 'token' });
  const credentials = await session.credentials(never);
  expect(credentials).toEqual(token('token'));
  expect(await session.renew(credentials, never)).toBeNull();
});
