/** Who we are to the product: asked for once, renewed once, and never tried again and again. */
import { describe, expect } from 'vitest';
import { answersLoginPage, answersStatus, hangs } from '../support/faults.ts';
import { startCall } from './calls.ts';
import { expectPresentable, failureOf } from './outcome.ts';
import { isCommand, isLogin, never, type SandboxWorld, type Suite } from './suite.ts';
import { idsOf, readPage, walk } from './walk.ts';

export function describeSessions(suite: Suite): void {
  describe('wrong credentials', () => describeRefusal(suite));
  describe('a login', () => describeLogin(suite));
}

function describeRefusal(suite: Suite): void {
  suite.check('are PROVIDER_UNAUTHENTICATED for every call, after at most one login', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox({ config: suite.manners.wrongCredentials });
    const { provider } = fixture;
    for (let round = 0; round < 3; round++) {
      const asked = [provider.listEntities(never()), provider.getEntities(['x'], never()), readPage(provider)];
      for (const error of await Promise.all(asked.map((call) => failureOf(call)))) {
        expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
        expectPresentable(error, fixture);
      }
    }
    expect(loginsOf(suite, fixture)).toHaveLength(suite.manners.isLogin ? 1 : 0);
  });

  suite.check('start nothing', ['START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox({ config: suite.manners.wrongCredentials });
    const other = fixture.connect();
    const before = await walk(other);
    const error = await failureOf((await readyStart(suite, fixture))());
    expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(idsOf(await walk(other))).toEqual(idsOf(before));
    await other.close();
  });
}

function describeLogin(suite: Suite): void {
  const { check } = suite;

  check('is made once for twenty calls at the same time', ['LOGIN', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await Promise.all(Array.from({ length: 20 }, () => fixture.provider.listEntities(never())));
    await readPage(fixture.provider);
    expect(loginsOf(suite, fixture)).toHaveLength(1);
  });

  check('that one caller gives up still serves the others', ['LOGIN', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const controller = new AbortController();
    const [impatient, patient] = [
      fixture.provider.listEntities(controller.signal),
      fixture.provider.listEntities(never()),
    ];
    controller.abort();
    await failureOf(impatient);
    expect((await patient).length).toBeGreaterThan(0);
    expect(loginsOf(suite, fixture)).toHaveLength(1);
  });

  check('is made again, once, when the session has expired', ['LOGIN', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await readPage(fixture.provider);
    const isOld = (method: string, path: string) =>
      !isLogin(suite, method, path) && loginsOf(suite, fixture).length < 2;
    const fault = fixture.proxy.fail(answersStatus(401), { match: isOld });
    // Not the same question, which would be one request.
    await Promise.all(Array.from({ length: 5 }, (_, more) => readPage(fixture.provider, { limit: 100 + more })));
    await fault.untilHit();
    expect(loginsOf(suite, fixture)).toHaveLength(2);
  });

  check('is made again for a command, which is done once', ['LOGIN', 'START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await readPage(fixture.provider);
    const match = (method: string, path: string) => isCommand(suite, method, path);
    fixture.proxy.fail(answersStatus(401), { times: 1, match });
    await (await readyStart(suite, fixture))();
    const commands = fixture.proxy.requests.filter(
      ({ method, path, isForwarded }) => isForwarded && match(method, path),
    );
    expect(commands).toHaveLength(1);
    expect(loginsOf(suite, fixture)).toHaveLength(2);
  });

  check('is not made again and again where what it gives is refused', ['LOGIN', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    fixture.proxy.fail(answersStatus(401), { match: (method, path) => !isLogin(suite, method, path) });
    for (let call = 0; call < 10; call++) {
      expect((await failureOf(readPage(fixture.provider))).code).toBe('PROVIDER_UNAUTHENTICATED');
    }
    expect(loginsOf(suite, fixture).length).toBeLessThanOrEqual(2);
  });

  check('that is told to slow down is not made again before its time', ['LOGIN', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    fixture.proxy.fail(answersStatus(429, { 'retry-after': '7' }));
    for (let call = 0; call < 3; call++) {
      const { code, retryAfterSeconds } = await failureOf(readPage(fixture.provider));
      expect(code).toBe('PROVIDER_RATE_LIMITED');
      // What is left of it: a busy machine may take a second of it between two calls.
      if (call === 0) expect(retryAfterSeconds).toBe(7);
      expect(retryAfterSeconds).toBeGreaterThan(0);
      expect(retryAfterSeconds).toBeLessThanOrEqual(7);
    }
    expect(loginsOf(suite, fixture)).toHaveLength(1);
  });

  for (const [fault, code] of [
    [answersStatus(500), 'PROVIDER_UNAVAILABLE'],
    [answersLoginPage(), 'PROVIDER_INVALID_RESPONSE'],
    [hangs(), 'PROVIDER_TIMEOUT'],
  ] as const) {
    check(
      `that ${fault.name} is ${code} for a start, which was never sent`,
      ['LOGIN', 'START_BACKUP', 'entity', 'SANDBOX'],
      async () => {
        await using fixture = await suite.openSandbox({ config: suite.manners.impatient });
        const start = await readyStart(suite, fixture);
        using _fault = fixture.proxy.fail(fault, { match: (method, path) => isLogin(suite, method, path) });
        const error = await failureOf(start());
        expect(error.code).toBe(code);
        expectPresentable(error, fixture);
      },
    );
  }
}

async function readyStart(suite: Suite, fixture: SandboxWorld): Promise<() => Promise<unknown>> {
  const make = await startCall.prepare(fixture, suite);
  return () => make(fixture.provider, never());
}

const loginsOf = (suite: Suite, { proxy }: SandboxWorld) =>
  proxy.requests.filter(({ method, path }) => isLogin(suite, method, path));
