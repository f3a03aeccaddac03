/** Whatever breaks between us and a product: one of our errors, in time, with a sentence, and nothing done twice. */
import { describe, expect } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { BackupPage } from '../../src/core/provider.ts';
import { answersStatus, hangs } from '../support/faults.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { type Call, calls, requestsOf } from './calls.ts';
import { type FaultCase, faultCases, type Outcome } from './expected.ts';
import { type Ended, endOf, expectPresentable, failureOf } from './outcome.ts';
import { isCommand, never, type SandboxWorld, type Suite } from './suite.ts';
import { readPage } from './walk.ts';

/** More than any answer may be, and far less than what is sent: it was not held whole. */
const maxTakenBytes = 50_000_000;

/** Those with the same remainder of two never are the only ones that have a call, such as a log. */
const places: Readonly<Record<string, number>> = { borg: 0, vprotect: 1, labii: 2, flosum: 3 };

/**
 * Pairs: each fault meets each call, and each product meets each fault. A call that every product has meets a fault with
 * one of them, another call with one or two. A product that is not named here meets all.
 */
function isOfGate(kind: string, call: Call, index: number): boolean {
  const place = places[kind];
  if (place === undefined) return true;
  const shares = call.needs.length === 0 ? 4 : 2;
  return (index + calls.indexOf(call)) % shares === place % shares;
}

export function describeFaults(suite: Suite): void {
  const cases = calls.flatMap((call) => faultCases.map((faultCase) => ({ call, faultCase })));
  const chosen = cases.filter(({ call }, index) => isNightly || isOfGate(suite.kind, call, index));
  if (chosen.length < cases.length) {
    const what = `${cases.length - chosen.length} of ${cases.length} faults of calls to ${suite.name}`;
    leftToNightly(what, 'in the gate each fault meets each call with one or two products');
  }
  for (const call of calls) {
    describe(`${call.name} of a product that`, () => {
      for (const one of chosen) {
        if (one.call === call && !one.faultCase.isSlow) describeFault(suite, call, one.faultCase, '');
      }
    });
  }
  describe('a product that is slow and', () => {
    for (const { call, faultCase } of chosen) {
      if (faultCase.isSlow) describeFault(suite, call, faultCase, ` for ${call.name}`);
    }
  });
  describe('a product that is not there', () => describeAbsence(suite));
  describe('a call that is given up', () => describeAborts(suite));
  describe('the health of a provider', () => describeHealth(suite));
}

function describeFault(suite: Suite, call: Call, faultCase: FaultCase, whose: string): void {
  const { fault, isSlow = false, retryAfterSeconds = null, also } = faultCase;
  const code = call.isCommand ? faultCase.command : faultCase.read;
  const outcomes: Outcome[] = [code, also?.[call.name] ?? code];

  const title = `${fault.name} ends as ${[...new Set(outcomes)].join(' or ')}${whose}`;

  async function body(): Promise<void> {
    await using fixture = await suite.openSandbox(isSlow ? { config: suite.manners.impatient } : {});
    const make = await call.prepare(fixture, suite);
    const active = fixture.proxy.fail(fault, { match: requestsOf(suite, call) });
    const ended = withProblem(await endOf(make(fixture.provider, never())));
    expect(active.hits, 'requests that ran into the fault').toBeGreaterThan(0);
    expect(outcomes).toContain('error' in ended ? ended.error.code : 'ANSWER');
    if ('error' in ended) {
      expectPresentable(ended.error, fixture);
      expect(ended.error.retryAfterSeconds).toBe(retryAfterSeconds);
    }
    if (call.isCommand) expect(sentOnce(suite, fixture)).toBe(true);
    await expectLittleTaken(fixture);
  }

  suite.check(title, [...call.needs, 'SANDBOX'], body, { waits: isSlow });
}

/** A page without rows whose problem says why is a provider's other way to fail: one entity's failure may not blank the rest. */
function withProblem(ended: Ended<unknown>): Ended<unknown> {
  if ('error' in ended || !isPage(ended.value)) return ended;
  const [problem] = ended.value.problems;
  return problem && ended.value.rows.length === 0 ? { error: problem.error } : ended;
}

const isPage = (value: unknown): value is BackupPage =>
  typeof value === 'object' && value !== null && 'rows' in value && 'problems' in value;

/** Refused credentials may be renewed once, after which the command, which was not done, is sent again. */
function sentOnce(suite: Suite, { proxy }: SandboxWorld): boolean {
  const commands = proxy.requests.filter(({ method, path }) => isCommand(suite, method, path));
  const isRefused = commands[0]?.fault === answersStatus(401).name;
  return commands.length === 1 || (isRefused && commands.length === 2);
}

/** A provider that was closed has no connection left, and none that only time will close. */
async function expectNobodyConnected({ proxy, leave }: SandboxWorld): Promise<void> {
  await leave();
  await endOf(proxy.untilIdle(), 2000);
}

async function expectLittleTaken(fixture: SandboxWorld): Promise<void> {
  await expectNobodyConnected(fixture);
  for (const { sentBytes } of fixture.proxy.requests) expect(sentBytes).toBeLessThan(maxTakenBytes);
}

function describeAbsence(suite: Suite): void {
  for (const call of calls) {
    suite.check(`is PROVIDER_UNAVAILABLE for ${call.name}`, [...call.needs, 'SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      const make = await call.prepare(fixture, suite);
      await fixture.proxy.close();
      const error = await failureOf(make(fixture.provider, never()));
      expect(error.code).toBe('PROVIDER_UNAVAILABLE');
      expectPresentable(error, fixture);
    });
  }
}

function describeAborts(suite: Suite): void {
  for (const call of calls) {
    suite.check(`ends at once for ${call.name}, and leaves nothing open`, [...call.needs, 'SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      const make = await call.prepare(fixture, suite);
      const hanging = fixture.proxy.fail(hangs(), { match: requestsOf(suite, call) });
      const controller = new AbortController();
      const ended = failureOf(make(fixture.provider, controller.signal), 2000);
      await hanging.untilHit();
      controller.abort();
      const error = await ended;
      expectPresentable(error, fixture);
      if (call.isCommand) expect(error.code).toBe('OUTCOME_UNKNOWN');
      await expectNobodyConnected(fixture);
    });

    suite.check(`before it was made sends nothing for ${call.name}`, [...call.needs, 'SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      const make = await call.prepare(fixture, suite);
      await fixture.provider.listEntities(never());
      const before = fixture.proxy.requests.length;
      const error = await failureOf(make(fixture.provider, AbortSignal.abort()));
      expect(error.code).not.toBe('OUTCOME_UNKNOWN');
      expect(fixture.proxy.requests.slice(before)).toEqual([]);
    });
  }

  suite.check('is open no longer when its provider closes', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await fixture.provider.listEntities(never());
    const hanging = fixture.proxy.fail(hangs());
    // Not the entities again: a provider may keep those for a while.
    const ended = failureOf(readPage(fixture.provider));
    await hanging.untilHit();
    await fixture.leave();
    expect(await ended).toBeInstanceOf(GatewayError);
    await expectNobodyConnected(fixture);
  });
}

function describeHealth(suite: Suite): void {
  suite.check('is UNKNOWN before anything was asked, and asks nothing', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    expect(fixture.provider.health()).toEqual({ status: 'UNKNOWN', checkedAt: null, latencyMs: null, error: null });
    expect(fixture.proxy.requests).toEqual([]);
  });

  suite.check('follows how the product answers', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await fixture.provider.listEntities(never());
    expect(fixture.provider.health()).toMatchObject({ status: 'UP', error: null });
    const fault = fixture.proxy.fail(answersStatus(500));
    const error = await failureOf(fixture.provider.getBackups([suite.facts.unknownBackup], never()));
    expect(fixture.provider.health()).toMatchObject({ status: 'DEGRADED', error: { code: error.code } });
    fault.stop();
    await fixture.provider.getBackups([suite.facts.unknownBackup], never());
    expect(fixture.provider.health()).toMatchObject({ status: 'UP', error: null });
  });

  suite.check('is DOWN where the product never answered', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await fixture.proxy.close();
    await failureOf(fixture.provider.listEntities(never()));
    expect(fixture.provider.health()).toMatchObject({ status: 'DOWN', error: { code: 'PROVIDER_UNAVAILABLE' } });
  });
}
