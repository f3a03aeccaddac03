/** What a provider that fails, hangs or is flooded costs: itself, and nobody else. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersErrorPage, hangs, resetsBefore } from '../support/faults.ts';
import { type Answer, globalId, startGateway, type TestGateway } from '../support/gateway.ts';

const still = { speed: 0, history: 40, demo: false };
const research = globalId('BorgRepository', 'files', '/backups/research');

interface Page {
  readonly nodes: readonly { readonly provider: { readonly name: string } }[];
  readonly problems: readonly Problem[];
}

interface Problem {
  readonly provider: { readonly name: string };
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

async function list(gateway: TestGateway, first = 20): Promise<Page> {
  const { data, errors } = await gateway.askText(`{
    backups(first: ${first}) {
      nodes { provider { name } }
      problems { provider { name } code message retryAfterSeconds }
    }
  }`);
  expect(errors).toBeUndefined();
  return data?.['backups'] as Page;
}

const namesOf = ({ nodes }: Page) => [...new Set(nodes.map(({ provider }) => provider.name))];
const problemsOf = ({ problems }: Page) => problems.map(({ provider, code }) => `${provider.name} ${code}`);

async function healthOf(gateway: TestGateway, name: string) {
  const { data } = await gateway.askText(
    `{ provider(name: "${name}") { health { status problem { code message } } } }`,
  );
  const { provider } = data as { provider: { health: { status: string; problem: Problem | null } } };
  return provider.health;
}

const startBackup = (gateway: TestGateway, key: string, entityId = research) =>
  gateway.askText(
    `mutation { startBackup(input: { entityId: "${entityId}", idempotencyKey: "${key}" }) { operation { status } userErrors { code } } }`,
  );

const cancelBackup = (gateway: TestGateway, id: string) =>
  gateway.askText(
    `mutation { cancelBackup(input: { id: "${id}" }) { backup { status } userErrors { code message } } }`,
  );

const refusalOf = ({ data }: Answer<Record<string, unknown>>, field: string) => {
  const answer = data as Record<string, { userErrors: { code: string }[] }>;
  return answer[field]?.userErrors.map(({ code }) => code);
};

/** A Borg UI behind a proxy that can fail, beside a Labii that never does. */
async function startTwo(limits: object, timeoutSeconds = 60) {
  const borg = await startBorgSandbox(still);
  const labii = await startLabiiSandbox(still);
  const proxy = await startFaultProxy(borg.url);
  const files = { ...borg.config, url: proxy.url, timeoutSeconds, limits: { retrySeconds: 0.001, ...limits } };
  const gateway = startGateway({ providers: [files, labii.config] });
  await list(gateway);
  return {
    borg,
    proxy,
    gateway,
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await gateway[Symbol.asyncDispose]();
      await Promise.all([borg.close(), labii.close()]);
    },
  };
}

const breaker = { breakerCalls: 8, breakerMinimumCalls: 4, breakerSeconds: 600 };

describe('a provider that keeps failing', () => {
  it('is named at once and not asked, and the others are whole', async () => {
    await using two = await startTwo(breaker);
    const { gateway, proxy } = two;
    using _ = proxy.fail(answersErrorPage(502));
    for (let time = 0; time < 4; time++)
      expect(problemsOf(await list(gateway))).toEqual(['files PROVIDER_UNAVAILABLE']);
    const before = proxy.requests.length;
    const page = await list(gateway);
    expect(problemsOf(page)).toEqual(['files PROVIDER_UNAVAILABLE']);
    expect(page.problems[0]?.message).toContain('is not asked for the moment');
    expect(page.problems[0]?.retryAfterSeconds).toBeGreaterThan(500);
    expect(namesOf(page)).toEqual([expect.stringContaining('labii')]);
    expect(proxy.requests).toHaveLength(before);
    expect(await healthOf(gateway, 'files')).toMatchObject({
      status: 'DOWN',
      problem: { code: 'PROVIDER_UNAVAILABLE' },
    });
  });

  it('gets no command: a start and a cancel have failed for certain, and the same key says so again', async () => {
    await using two = await startTwo(breaker);
    const { gateway, proxy, borg } = two;
    const running = globalId('BorgBackup', 'files', String(borg.startOutside('/backups/accounting')));
    const fault = proxy.fail(answersErrorPage(502));
    for (let time = 0; time < 4; time++) await list(gateway);
    fault.stop();
    const before = proxy.requests.length;
    for (let time = 0; time < 2; time++) {
      expect(refusalOf(await startBackup(gateway, 'once'), 'startBackup')).toEqual(['PROVIDER_UNAVAILABLE']);
    }
    expect(refusalOf(await cancelBackup(gateway, running), 'cancelBackup')).toEqual(['PROVIDER_UNAVAILABLE']);
    expect(proxy.requests).toHaveLength(before);
  });

  it('stalls the streams of its watchers, is tried no more often than it may be, and goes on when it is back', async () => {
    await using two = await startTwo({ ...breaker, breakerSeconds: 0.3 });
    const { gateway, proxy, borg } = two;
    const id = globalId('BorgBackup', 'files', String(borg.startOutside('/backups/accounting')));
    const client = await gateway.connect();
    const events = client.iterate<Record<string, { __typename: string; problem?: { code: string } }>>({
      query: `subscription { backupProgress(id: "${id}") { __typename ... on StreamStalled { problem { code } } } }`,
    });
    const next = async () => (await events.next()).value?.data?.['backupProgress'];
    expect(await next()).toMatchObject({ __typename: 'BackupUpdated' });
    const fault = proxy.fail(resetsBefore());
    for (let event = await next(); ; event = await next()) {
      if (event?.__typename !== 'StreamStalled') continue;
      expect(event).toMatchObject({ problem: { code: 'PROVIDER_UNAVAILABLE' } });
      break;
    }
    await expect.poll(async () => (await healthOf(gateway, 'files')).problem?.message).toContain('not asked');
    const startedAt = performance.now();
    const before = proxy.requests.length;
    await expect.poll(() => proxy.requests.length).toBeGreaterThanOrEqual(before + 4);
    // The first of the four may come at once, and a timer fires up to a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(3 * 299);
    fault.stop();
    expect(await next()).toMatchObject({ __typename: 'BackupUpdated' });
  });
});

describe('a provider that hangs', () => {
  it('keeps its own readers waiting, turns away what is too much, and holds up nobody else', async () => {
    await using two = await startTwo({ requests: 1, queue: 1, retries: 0 });
    const { gateway, proxy } = two;
    const fault = proxy.fail(hangs());
    // Each is another question to it.
    const waiting = [list(gateway, 5), list(gateway, 6)];
    await fault.untilHit();
    await expect
      .poll(async () => problemsOf(await list(gateway, 7)), { message: 'as soon as both wait' })
      .toEqual(['files RATE_LIMITED']);
    const page = await list(gateway, 8);
    expect(page.problems[0]).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    expect(page.nodes.length).toBe(8);
    expect(namesOf(page)).toEqual([expect.stringContaining('labii')]);
    await proxy.close();
    for (const page of await Promise.all(waiting)) expect(problemsOf(page)).toEqual(['files PROVIDER_UNAVAILABLE']);
  });

  it('still gets a cancel and a start, with all that is read for them', async () => {
    const sandbox = await startVProtectSandbox({ ...still, demo: true });
    await using proxy = await startFaultProxy(sandbox.url);
    const limits = { requests: 1, queue: 6, retries: 0 };
    await using gateway = startGateway({
      providers: [{ ...sandbox.config, url: `${proxy.url}/api`, timeoutSeconds: 60, limits }],
    });
    await list(gateway);
    const [entity] = sandbox.entities;
    const { backup } = sandbox.startOutside(entity?.guid ?? '');
    sandbox.clock.advance(13_000);
    using _ = proxy.fail(hangs(), { times: 1 });
    const flood: Promise<Page>[] = [];
    let isFull = false;
    for (let first = 1; !isFull; first++) {
      const page = list(gateway, first);
      flood.push(page);
      void page.then((turnedAway) => {
        isFull ||= problemsOf(turnedAway).includes('machines RATE_LIMITED');
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const id = globalId('VProtectBackup', 'machines', backup);
    expect(refusalOf(await cancelBackup(gateway, id), 'cancelBackup')).toEqual([]);
    const entityId = globalId('VProtectEntity', 'machines', entity?.guid ?? '');
    expect(refusalOf(await startBackup(gateway, 'once', entityId), 'startBackup')).toEqual([]);
    await proxy.close();
    await Promise.all(flood);
    await sandbox.close();
  });
});

it.each([
  ['borg', startBorgSandbox],
  ['flosum', startFlosumSandbox],
  ['labii', startLabiiSandbox],
  ['vprotect', startVProtectSandbox],
] as const)('%s takes its limits from the configuration', async (_, startSandbox) => {
  const sandbox = await startSandbox(still);
  await using gateway = startGateway({ providers: [{ ...sandbox.config, limits: { listBytes: 1_000 } }] });
  const page = await list(gateway);
  expect(page.nodes).toEqual([]);
  expect(page.problems[0]).toMatchObject({ code: 'PROVIDER_INVALID_RESPONSE' });
  expect(page.problems[0]?.message).toContain('0.001 MB');
  await sandbox.close();
});
