/** Entities of a product that does not answer, as it listed them last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { stopped } from '../support/protection.ts';
import { eager, untilComplete } from '../support/stored-history.ts';
import { until } from '../support/timing.ts';

interface Answer {
  readonly protectedEntities: {
    readonly totalCount: number | null;
    readonly nodes: readonly {
      externalId: string;
      name: string;
      observedAt: string | null;
      protection: { status: string };
    }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
    readonly problems: readonly { provider: { name: string }; code: string; servedAsOf: string | null }[];
  };
}

const folder = mkdtempSync(join(tmpdir(), 'backplane-entities-'));
const file = join(folder, 'backplane.db');
let borg: Awaited<ReturnType<typeof startBorgSandbox>>;
let vprotect: Awaited<ReturnType<typeof startVProtectSandbox>>;

const start = (storage = openStorage(file)): TestGateway =>
  startGateway({ providers: [borg.config, vprotect.config], storage, history: eager });

async function list(gateway: TestGateway, more = 'first: 200, lastKnown: true'): Promise<Answer['protectedEntities']> {
  const { data, errors } = await gateway.askText(`{ protectedEntities(${more}) {
    totalCount nodes { externalId name observedAt protection { status } } pageInfo { hasNextPage endCursor }
    problems { provider { name } code servedAsOf }
  } }`);
  expect(errors).toBeUndefined();
  return (data as unknown as Answer).protectedEntities;
}

const namesOf = ({ nodes }: Answer['protectedEntities']) => nodes.map(({ externalId, name }) => [externalId, name]);

let live: Answer['protectedEntities'];

beforeAll(async () => {
  borg = await startBorgSandbox(stopped);
  vprotect = await startVProtectSandbox({ ...stopped, history: 60 });
  const storage = openStorage(file);
  await using gateway = start(storage);
  await untilComplete(gateway);
  live = await list(gateway);
  const stored = () => storage.database.db.selectFrom('history_entities').selectAll().execute();
  await until(async () => (await stored()).length === live.nodes.length, 'all entities are stored');
});
afterAll(async () => {
  await borg[Symbol.asyncDispose]();
  await vprotect[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  vprotect.outage = null;
});

test('live entities have no observedAt', () => {
  expect(live.nodes.length).toBeGreaterThan(10);
  expect(live.nodes.every(({ observedAt }) => observedAt === null)).toBe(true);
  expect(live.problems.filter(({ servedAsOf }) => servedAsOf !== null)).toEqual([]);
});

test('after a restart while a product is down, its entities are listed as it listed them', async () => {
  vprotect.outage = 503;
  await using gateway = start();
  const before = Date.now();
  const old = await list(gateway);
  expect(namesOf(old)).toEqual(namesOf(live));
  const stored = old.nodes.filter(({ observedAt }) => observedAt !== null);
  expect(stored.length).toBeGreaterThan(5);
  expect(stored.every(({ protection }) => protection.status === 'UNKNOWN')).toBe(true);
  const [problem] = old.problems.filter(({ servedAsOf }) => servedAsOf !== null);
  expect(problem).toMatchObject({ provider: { name: vprotect.config.name }, code: 'PROVIDER_UNAVAILABLE' });
  expect(Date.parse(problem?.servedAsOf ?? '')).toBeLessThan(before);
  expect(stored.every(({ observedAt }) => observedAt === problem?.servedAsOf)).toBe(true);
  expect(old.totalCount).toBeNull();
});

test('without lastKnown they are missing, as before', async () => {
  vprotect.outage = 503;
  await using gateway = start();
  const now = await list(gateway, 'first: 200');
  expect(now.nodes.length).toBeGreaterThan(0);
  expect(now.nodes.length).toBeLessThan(live.nodes.length);
  expect(now.problems.map(({ servedAsOf }) => servedAsOf)).toContain(null);
  expect(now.nodes.every(({ observedAt }) => observedAt === null)).toBe(true);
});

test('a walk through them in small pages has each once, also when the product comes back', async () => {
  vprotect.outage = 503;
  await using gateway = start();
  const seen: string[] = [];
  for (let after: string | null = null, page = 0; ; page++) {
    const { nodes, pageInfo } = await list(gateway, `first: 4, lastKnown: true, after: ${JSON.stringify(after)}`);
    seen.push(...nodes.map(({ externalId }) => externalId));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
    if (page === 3) vprotect.outage = null;
  }
  expect(seen).toEqual(live.nodes.map(({ externalId }) => externalId));
});

test('a stored backup has its entity with name; a live backup of the same product would have an error', async () => {
  vprotect.outage = 503;
  await using gateway = start();
  const { data, errors } = await gateway.askText(
    '{ backups(first: 200, lastKnown: true, filter: { kinds: [VPROTECT] }) { nodes { observedAt entity { name observedAt } } } }',
  );
  expect(errors).toBeUndefined();
  const { nodes } = (
    data as unknown as { backups: { nodes: { entity: { name: string; observedAt: string } | null }[] } }
  ).backups;
  expect(nodes.length).toBeGreaterThan(10);
  const names = new Set(live.nodes.map(({ name }) => name));
  const known = nodes.flatMap(({ entity }) => entity ?? []);
  expect(known.length).toBeGreaterThan(10);
  for (const entity of known) {
    expect(names).toContain(entity.name);
    expect(entity.observedAt).not.toBeNull();
  }
});
