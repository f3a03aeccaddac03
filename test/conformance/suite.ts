/**
 * What every part of the conformance suite works with: the provider's facts, a way to open a fresh fixture for
 * one test, and `check`, which runs a test or skips it under a title that says why.
 */
import { it } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import type { LocalId } from '../../src/core/model.ts';
import { type Capability, capabilitiesOf, type Provider } from '../../src/core/provider.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { pointAt } from '../support/point-at.ts';

/** The part of a product that is tested. */
export interface TestedProduct<Config> {
  readonly kind: string;
  readonly config: z.ZodType<Config>;
  create(config: Config): Provider;
}

/** What the suite cannot find out by asking. Null: this product or server has none. */
export interface Facts {
  /** Every row that a fresh server lists; null where nobody knows. */
  readonly rows: number | null;
  /** One that can be cancelled. */
  readonly runningBackup: LocalId | null;
  readonly finishedBackup: LocalId | null;
  /** A finished one whose log is stored, with several lines. */
  readonly loggedBackup: LocalId | null;
  /** One that a backup may be started of. */
  readonly entity: LocalId | null;
  /** Ids as the product makes them, of things that are not there. */
  readonly unknownBackup: LocalId;
  readonly unknownEntity: LocalId;
}

/** How this product behaves where products may differ. */
export interface Manners {
  /** What it does with a start for an entity whose backup runs. */
  readonly secondStart: 'refused' | 'accepted';
  /** The request that logs in; null where the configuration holds a token. */
  readonly isLogin: ((method: string, path: string) => boolean) | null;
  /** Fields of a configuration that make the credentials wrong. */
  readonly wrongCredentials: Readonly<Record<string, unknown>>;
  /** Most requests, a login aside, that reading 50 backups by id may take. */
  readonly requestsFor50Ids: number;
  /** Fields of a configuration that make every deadline short, for tests that wait for one. */
  readonly impatient: Readonly<Record<string, unknown>>;
  /** Valid settings of `createBackup`. */
  readonly createSettings: Readonly<Record<string, unknown>>;
  /** Settings that `createBackup` refuses. */
  readonly wrongCreateSettings: readonly Readonly<Record<string, unknown>>[];
}

/** One test's own provider, closed after it. */
export interface Fixture extends AsyncDisposable {
  readonly provider: Provider;
  /** Closes the provider, before the fixture does: a provider is closed once. */
  leave(): Promise<void>;
  /** Lets time go by: at once on a sandbox's clock, truly on a real server. */
  pass(seconds: number): Promise<void>;
  /** Requests that left the paths of the product's contract; none where nobody can see them. */
  strays(): readonly string[];
}

export interface SandboxWorld extends Fixture {
  readonly sandbox: Sandbox;
  /** Between `provider` and `sandbox`. */
  readonly proxy: FaultProxy;
  /** Another provider of the same sandbox, as its own configuration says, through the same proxy. The caller closes it. */
  connect(): Provider;
}

export interface SandboxWorldOptions {
  /** Fields of the configuration that differ from the sandbox's own. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** How many finished backups there are. */
  readonly history?: number;
}

/** The capabilities, and the one optional method that is not one for the public. */
export type Ability = Capability | 'DOWNLOAD_LOG';

/** An ability, a fact that must be known, a login, or a sandbox with its proxy, clock and record of requests. */
export type Need = Ability | keyof Facts | 'LOGIN' | 'SANDBOX';

export interface Suite {
  readonly name: string;
  readonly kind: string;
  readonly facts: Facts;
  readonly manners: Manners;
  readonly can: ReadonlySet<Ability>;
  readonly isReal: boolean;
  /** How many rows a test reads at most: a real server may have thousands. */
  readonly maxRows: number;
  open(): Promise<Fixture>;
  /** Only in tests that need `SANDBOX`. */
  openSandbox(options?: SandboxWorldOptions): Promise<SandboxWorld>;
  /** `waits`: it spends its time waiting, and so may run beside others that do. */
  check(title: string, needs: readonly Need[], body: () => Promise<void>, how?: { readonly waits?: boolean }): void;
}

export type SuiteParts = Omit<Suite, 'check'>;

export function createSuite(parts: SuiteParts): Suite {
  return {
    ...parts,
    check(title, needs, body, { waits = false } = {}) {
      // What can never run on a real server says that first, whatever else is missing.
      const ordered = [...needs].sort((a, b) => Number(b === 'SANDBOX') - Number(a === 'SANDBOX'));
      const reason = ordered.map((need) => obstacle(parts, need)).find((one) => one !== null);
      if (reason) it.skip(`${title} (${reason})`, body);
      else (waits ? it.concurrent : it)(title, body);
    },
  };
}

const missingFact: Record<keyof Facts, string> = {
  rows: 'nobody knows how many rows this server has',
  runningBackup: 'no backup is running',
  finishedBackup: 'no backup has finished',
  loggedBackup: 'no finished backup was found that keeps a log',
  entity: 'nothing may be started: no --entity was given',
  unknownBackup: 'no id is known to be unknown',
  unknownEntity: 'no id is known to be unknown',
};

/** Why a test cannot run, or null. On a sandbox only a capability can be missing: a fact that is, is a mistake. */
function obstacle({ name, can, facts, manners, isReal }: SuiteParts, need: Need): string | null {
  if (need === 'LOGIN') return manners.isLogin ? null : `${name} is given a token, and does not log in`;
  if (need === 'SANDBOX') return isReal ? 'a real server cannot be told to fail, nor shows what it was asked' : null;
  if (need in missingFact) {
    const fact = need as keyof Facts;
    return facts[fact] === null && isReal ? missingFact[fact] : null;
  }
  return can.has(need as Ability) ? null : `${name} cannot ${need}`;
}

/** A fact that the test has named among its needs. */
export function known<T>(fact: T | null): T {
  if (fact === null) throw new Error('The options of describeProvider leave out a fact that this provider needs.');
  return fact;
}

/** The product was told to do something: every contract of ours reads by GET. */
export const isCommand = ({ manners }: Suite, method: string, path: string): boolean =>
  method !== 'GET' && !isLogin({ manners }, method, path);

export const isLogin = ({ manners }: Pick<Suite, 'manners'>, method: string, path: string): boolean =>
  manners.isLogin?.(method, path) ?? false;

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

export const createFrom =
  <Config>(product: TestedProduct<Config>) =>
  (config: Readonly<Record<string, unknown>>): Provider => {
    const { data, error } = product.config.safeParse(config);
    if (error) throw new Error(`The configuration is wrong:\n${z.prettifyError(error)}`);
    return product.create(data);
  };

export const abilitiesOf = (provider: Provider): ReadonlySet<Ability> =>
  new Set([...capabilitiesOf(provider), ...(provider.downloadLog ? (['DOWNLOAD_LOG'] as const) : [])]);

type Create = (config: Readonly<Record<string, unknown>>) => Provider;

/** A provider that talks to its sandbox with nothing between, which is all that most tests need. */
export function openFixture(sandbox: Sandbox, create: Create): Fixture {
  const provider = create(sandbox.config);
  let left: Promise<void> | null = null;
  const leave = () => (left ??= provider.close());
  return {
    provider,
    leave,
    pass: async (seconds) => sandbox.clock.advance(seconds * 1000),
    strays: () => sandbox.requests.filter(({ isStray }) => isStray).map(({ method, path }) => `${method} ${path}`),
    async [Symbol.asyncDispose]() {
      await leave();
      await sandbox.close();
    },
  };
}

export async function openSandboxFixture(
  sandbox: Sandbox,
  create: Create,
  config: Readonly<Record<string, unknown>> = {},
): Promise<SandboxWorld> {
  const proxy = await startFaultProxy(sandbox.url);
  const pointed = pointAt(sandbox.config, sandbox.url, proxy.url) as Readonly<Record<string, unknown>>;
  const fixture = openFixture(sandbox, () => create({ ...pointed, ...config }));
  return {
    ...fixture,
    sandbox,
    proxy,
    connect: () => create(pointed),
    async [Symbol.asyncDispose]() {
      await fixture.leave();
      await proxy.close();
      await fixture[Symbol.asyncDispose]();
    },
  };
}
