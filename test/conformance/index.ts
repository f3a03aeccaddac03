/**
 * What it means to be a provider, as one suite that all of them pass: against a fresh sandbox for each test, over
 * real HTTP through a proxy that can fail; or, the parts that need no failing, against a real server.
 */
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { describeCommands, describeRealStart } from './commands.ts';
import { describeFaults } from './faults.ts';
import { describeFilters } from './filters.ts';
import { describeIds } from './ids.ts';
import { describeLists } from './lists.ts';
import { describeLogs } from './logs.ts';
import { connectReal, type RealServer } from './real.ts';
import { describeSessions } from './sessions.ts';
import {
  abilitiesOf,
  createFrom,
  createSuite,
  type Facts,
  type Manners,
  openFixture,
  openSandboxFixture,
  type Suite,
  type TestedProduct,
} from './suite.ts';

/** A sandbox whose clock stands still unless it is pushed, with so many finished backups. */
export interface StartOptions {
  readonly speed: 0;
  readonly history: number;
}

export interface ConformanceOptions<Config>
  extends Omit<Facts, 'rows'>,
    Omit<Manners, 'impatient' | 'createSettings' | 'wrongCreateSettings'>,
    Partial<Pick<Manners, 'impatient' | 'createSettings' | 'wrongCreateSettings'>> {
  readonly product: TestedProduct<Config>;
  readonly start: (options: StartOptions) => Promise<Sandbox>;
  /** Finished backups of the sandbox that most tests use: 25 are four pages of seven. */
  readonly backups: number;
  /** Backups that a sandbox lists besides those, since they wait or run. */
  readonly underWay: number;
}

const patience = { impatient: { timeoutSeconds: 0.5 }, createSettings: {}, wrongCreateSettings: [{ colour: 'red' }] };

/** Every test of the suite, under the provider's name. Exceptions are by capability, and each says so in its title. */
export function describeProvider<Config>(name: string, options: ConformanceOptions<Config>): void {
  const { product, start, backups, underWay } = options;
  const create = createFrom(product);
  const openSandbox: Suite['openSandbox'] = async ({ config, history = backups } = {}) =>
    openSandboxFixture(await start({ speed: 0, history }), create, config);

  describe(name, async () => {
    const fixture = await openSandbox();
    const can = abilitiesOf(fixture.provider);
    await fixture[Symbol.asyncDispose]();
    describeAll(
      createSuite({
        name,
        kind: product.kind,
        facts: { ...options, rows: backups + underWay },
        manners: { ...patience, ...options },
        can,
        isReal: false,
        maxRows: Number.POSITIVE_INFINITY,
        open: async () => openFixture(await start({ speed: 0, history: backups }), create),
        openSandbox,
      }),
    );
  });
}

/** The parts that need no sandbox, against a server that somebody uses. Without an entity nothing is started there. */
export function describeRealProvider(name: string, server: RealServer): void {
  describe(`${name} (a real server)`, async () => {
    const suite = createSuite(await connectReal(name, server));
    describeAll(suite);
    describeRealStart(suite);
  });
}

function describeAll(suite: Suite): void {
  describeSelf(suite);
  describeLists(suite);
  describeFilters(suite);
  describeIds(suite);
  describeCommands(suite);
  describeLogs(suite);
  describeSessions(suite);
  describeFaults(suite);
}

function describeSelf(suite: Suite): void {
  it('says which product it is', async () => {
    await using fixture = await suite.open();
    expect(fixture.provider.kind).toBe(suite.kind);
    expect(fixture.provider.name).not.toBe('');
  });
}
