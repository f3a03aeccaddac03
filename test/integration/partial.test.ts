/** One list over systems some of which do not answer, and what a cursor may ask for, over real HTTP on both sides. */
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { hangs, resetsBefore } from '../support/faults.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';

const page = `query Page($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {
  backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id sortedAt provider { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    problems { provider { name } entity { externalId } code message }
  }
}`;

interface Row {
  readonly id: string;
  readonly sortedAt: string | null;
  readonly provider: { readonly name: string };
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  readonly problems: readonly { provider: { name: string }; entity: { externalId: string } | null; code: string }[];
}

const pageIn = ({ data, errors }: Answer<Record<string, unknown>>): Page => {
  expect(errors).toBeUndefined();
  return (data as { backups: Page }).backups;
};
const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);
const problemsOf = ({ problems }: Page) =>
  problems.map(({ provider, entity, code }) => [provider.name, entity?.externalId ?? null, code].join(' '));

/** To the end, or so many pages; `before` is called before each of them. */
async function walk(
  gateway: TestGateway,
  variables: Record<string, unknown>,
  before: (number: number) => void = () => undefined,
  most = 100,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let after: string | null = null; pages.length < most; ) {
    before(pages.length + 1);
    const next = pageIn(await gateway.askText(page, { ...variables, after }));
    pages.push(next);
    after = next.pageInfo.endCursor;
    if (!next.pageInfo.hasNextPage) break;
  }
  return pages;
}

const still = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z') };

/** None is left alone here for having failed: see resilience.test.ts. */
const limits = { breakerCalls: 1_000, breakerMinimumCalls: 1_000 };

/** Every product behind a proxy that can fail. */
async function startFour({ timeoutSeconds = 10, history = 60, demo = false } = {}) {
  const options = { ...still, history, demo };
  const sandboxes: Readonly<Record<string, Sandbox & { readonly config: { name: string; url: string } }>> = {
    borg: await startBorgSandbox(options),
    flosum: await startFlosumSandbox(options),
    labii: await startLabiiSandbox(options),
    vprotect: await startVProtectSandbox(options),
  };
  const entries = await Promise.all(
    Object.entries(sandboxes).map(async ([kind, { config }]) => [kind, await startFaultProxy(config.url)] as const),
  );
  const proxies = Object.fromEntries(entries);
  const gateway = startGateway({
    providers: entries.map(([kind, { url }]) => ({ ...sandboxes[kind]?.config, url, timeoutSeconds, limits })),
  });
  // Logins, and what is kept for a while.
  await walk(gateway, { first: 50 }, undefined, 1);
  return {
    gateway,
    proxies,
    /** Requests since the last time, of each product. */
    requests: () =>
      Object.fromEntries(Object.entries(sandboxes).map(([kind, { requests }]) => [kind, requests.splice(0).length])),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
    },
  };
}

describe('one Salesforce org of ten that is down', () => {
  it('is named on each page, the others are whole, and what was skipped is told when it is back', async () => {
    const sandbox = await startFlosumSandbox({ ...still, connections: 10, history: 200, demo: false });
    await using gateway = startGateway({ providers: [sandbox.config] });
    const whole = (await walk(gateway, { first: 20 })).flatMap(idsOf);
    expect(whole.length).toBeGreaterThan(150);
    const down = sandbox.connections[3]?.id ?? 0;
    const isOfDown = (id: string) => Buffer.from(id, 'base64url').toString().includes(`:${down}.`);
    expect(whole.filter(isOfDown).length).toBeGreaterThan(5);

    sandbox.downConnections.add(down);
    const pages = await walk(gateway, { first: 20 }, (number) => {
      if (number === 5) sandbox.downConnections.delete(down);
    });
    const away = `salesforce ${down} PROVIDER_UNAVAILABLE`;
    expect(pages.slice(0, 4).map(problemsOf)).toEqual([
      [away],
      ...Array<string[]>(3).fill([away, 'salesforce  INCOMPLETE']),
    ]);
    for (const one of pages.slice(4)) expect(problemsOf(one)).toEqual(['salesforce  INCOMPLETE']);
    const early = pages.slice(0, 4).flatMap(idsOf);
    expect(early).toEqual(whole.filter((id) => !isOfDown(id)).slice(0, 80));
    // From there on the list is as if it had never been away.
    const key = whole.indexOf(early.at(-1) ?? '');
    expect(pages.slice(4).flatMap(idsOf)).toEqual(whole.slice(key + 1));
    await sandbox.close();
  });
});

describe('a system that is away for some pages of a walk', () => {
  it('joins below the key when it is back, and every later page says that its rows above were skipped', async () => {
    await using four = await startFour();
    const { gateway, proxies } = four;
    const whole = (await walk(gateway, { first: 15 })).flatMap(({ edges }) => edges.map(({ node }) => node));
    let fault: Disposable | undefined;
    const pages = await walk(gateway, { first: 15 }, (number) => {
      if (number === 3) fault = proxies['vprotect']?.fail(resetsBefore());
      if (number === 5) fault?.[Symbol.dispose]();
    });
    expect(pages.map(problemsOf)).toEqual([
      [],
      [],
      ['machines  PROVIDER_UNAVAILABLE'],
      ['machines  PROVIDER_UNAVAILABLE'],
      ...pages.slice(4).map(() => ['machines  INCOMPLETE']),
    ]);
    const seen = pages.map(idsOf);
    const ids = whole.map(({ id }) => id);
    expect(seen.slice(0, 2).flat()).toEqual(ids.slice(0, 30));
    const others = whole.slice(30).filter(({ provider }) => provider.name !== 'machines');
    expect(seen.slice(2, 4).flat()).toEqual(others.slice(0, 30).map(({ id }) => id));
    expect(seen.slice(4).flat()).toEqual(ids.slice(ids.indexOf(seen[3]?.at(-1) ?? '') + 1));
  });
});

describe('all four systems at once', () => {
  it('leave an empty page that stays where it was, from where the walk goes on when they are back', async () => {
    await using four = await startFour();
    const { gateway, proxies } = four;
    const whole = (await walk(gateway, { first: 25 })).flatMap(idsOf);
    const first = pageIn(await gateway.askText(page, { first: 25 }));
    const after = first.pageInfo.endCursor;
    const faults = Object.values(proxies).map((proxy) => proxy.fail(resetsBefore()));
    const away = ['files', 'labii', 'machines', 'salesforce'].map((name) => `${name}  PROVIDER_UNAVAILABLE`);
    for (let time = 0; time < 2; time++) {
      const empty = pageIn(await gateway.askText(page, { first: 25, after }));
      expect(problemsOf(empty).sort()).toEqual(away);
      expect(empty).toMatchObject({
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, endCursor: after },
      });
    }
    const start = pageIn(await gateway.askText(page, { first: 25 }));
    expect(start).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: null },
    });
    for (const fault of faults) fault.stop();
    const next = pageIn(await gateway.askText(page, { first: 200, after }));
    expect(next.problems).toEqual([]);
    expect(idsOf(next)).toEqual(whole.slice(25, 225));
  });
});

describe('a system that never answers', () => {
  it('is given up at its deadline, once, and the others come', async () => {
    await using four = await startFour({ timeoutSeconds: 2 });
    const whole = (await walk(four.gateway, { first: 200 })).flatMap(({ edges }) => edges.map(({ node }) => node));
    using fault = four.proxies['flosum']?.fail(hangs()) ?? { hits: 0, [Symbol.dispose]: () => undefined };
    const startedAt = performance.now();
    const answer = pageIn(await four.gateway.askText(page, { first: 200 }));
    const took = performance.now() - startedAt;
    expect(problemsOf(answer)).toEqual(['salesforce  PROVIDER_TIMEOUT']);
    const others = whole.filter(({ provider }) => provider.name !== 'salesforce');
    expect(idsOf(answer)).toEqual(others.map(({ id }) => id));
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(3_800);
    expect(fault.hits).toBeGreaterThan(0);
  });
});

describe('the number of all backups', () => {
  it('is null where a system never answers, which is waited for once', async () => {
    await using four = await startFour({ timeoutSeconds: 2 });
    using _fault = four.proxies['borg']?.fail(hangs()) ?? { [Symbol.dispose]: () => undefined };
    const startedAt = performance.now();
    const { data } = await four.gateway.askText('{ backups(first: 5) { totalCount problems { code } } }');
    expect(performance.now() - startedAt).toBeLessThan(3_800);
    expect(data).toEqual({ backups: { totalCount: null, problems: [{ code: 'PROVIDER_TIMEOUT' }] } });
  });

  it('costs nothing where it is not selected', async () => {
    await using four = await startFour();
    four.requests();
    await four.gateway.askText('{ backups(first: 5) { nodes { id } pageInfo { endCursor } problems { code } } }');
    const plain = four.requests();
    await four.gateway.askText('{ backups(first: 5) { nodes { id } totalCount problems { code } } }');
    const counted = four.requests();
    // Five orgs, three organisations of at most two pages, and one list of each of the others.
    expect(plain).toMatchObject({ borg: 1, flosum: 5 });
    expect(plain['labii']).toBeLessThanOrEqual(6);
    for (const kind of ['borg', 'flosum', 'labii', 'vprotect']) expect(counted[kind]).toBeGreaterThan(plain[kind] ?? 0);
  });
});

describe('a cursor', () => {
  const decode = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('that is not of this list is BAD_USER_INPUT that says what to do, and nobody is asked', async () => {
    await using four = await startFour();
    const { gateway } = four;
    const good = pageIn(await gateway.askText(page, { first: 3 })).pageInfo.endCursor ?? '';
    const [version, hash, key, offsets, missed] = decode(good) as [number, string, unknown[], number[], number];
    const entities = await gateway.askText('{ protectedEntities(first: 1) { pageInfo { endCursor } } }');
    const foreign = (entities.data as { protectedEntities: { pageInfo: { endCursor: string } } }).protectedEntities;
    four.requests();
    const at = (time: unknown) => encode([version, hash, [time, ...key.slice(1)], offsets, missed]);
    const forged = {
      'cut off': good.slice(0, -5),
      'of entities': foreign.pageInfo.endCursor,
      'of a provider that is not there': encode([version, hash, [key[0], 4, key[2]], offsets, missed]),
      'with a huge hint': encode([version, hash, key, offsets.map(() => 1e9), missed]),
      'with a hint below zero': encode([version, hash, key, offsets.map(() => -1), missed]),
      'of another version': encode([2, hash, key, offsets, missed]),
      'of another hash': encode([version, 'AAAAAAAA', key, offsets, missed]),
      'at no time of a calendar': at(1e300),
      'before all times of a calendar': at(-1e300),
      'within a microsecond': at(0.5),
    };
    for (const [what, cursor] of Object.entries(forged)) {
      for (const variables of [
        { first: 3, after: cursor },
        { last: 3, before: cursor },
      ]) {
        const { data, errors } = await gateway.askText(page, variables);
        expect(data?.['backups'] ?? null, what).toBeNull();
        expect(errors?.[0]?.extensions['code'], what).toBe('BAD_USER_INPUT');
        expect(errors?.[0]?.message, what).toMatch(/Use endCursor or startCursor of a page|Start again without it/);
      }
    }
    for (const other of [
      { filter: { statuses: ['FAILED'] } },
      { filter: { kinds: ['BORG'] } },
      { orderBy: { field: 'STARTED_AT', direction: 'ASC' } },
    ]) {
      const { errors } = await gateway.askText(page, { first: 3, after: good, ...other });
      expect(errors?.[0]?.message, JSON.stringify(other)).toContain('Start again without it');
    }
    expect(four.requests()).toEqual({ borg: 0, flosum: 0, labii: 0, vprotect: 0 });
  });

  it('with forged hints costs no more than a page anywhere in the list, and shows the same rows', async () => {
    await using four = await startFour({ history: 400 });
    const { gateway } = four;
    const cursor = pageIn(await gateway.askText(page, { first: 200 })).edges[150]?.cursor ?? '';
    const honest = pageIn(await gateway.askText(page, { first: 20, after: cursor }));
    const [version, hash, key, , missed] = decode(cursor) as [number, string, unknown[], number[], number];
    for (const hint of [0, 1, 399, 10_000]) {
      four.requests();
      const after = encode([version, hash, key, [hint, hint, hint, hint], missed]);
      expect(idsOf(pageIn(await gateway.askText(page, { first: 20, after })))).toEqual(idsOf(honest));
      const asked = four.requests();
      expect(asked['flosum'], `hint ${hint}`).toBeLessThanOrEqual(5);
      expect(asked['vprotect'], `hint ${hint}`).toBeLessThanOrEqual(3);
      expect(asked['borg'], `hint ${hint}`).toBeLessThanOrEqual(4);
      expect(asked['labii'], `hint ${hint}`).toBeLessThanOrEqual(18);
    }
  });

  it('at a backup that waits costs no more in one direction than in the other', async () => {
    await using four = await startFour({ history: 400, demo: true });
    const { gateway } = four;
    const { edges } = pageIn(await gateway.askText(page, { first: 20 }));
    const waiting = edges.filter(({ node }) => node.sortedAt === null);
    const cursor = waiting.at(-1)?.cursor;
    expect(cursor).toBeDefined();
    four.requests();
    const before = pageIn(await gateway.askText(page, { last: 20, before: cursor }));
    expect(before.problems).toEqual([]);
    expect(idsOf(before)).toEqual(waiting.slice(0, -1).map(({ node }) => node.id));
    const asked = four.requests();
    expect(asked['flosum']).toBeLessThanOrEqual(5);
    expect(asked['borg']).toBeLessThanOrEqual(1);
    expect(asked['vprotect']).toBeLessThanOrEqual(2);
  });

  it('of ten providers has at most 400 bytes on each page of a walk, also while some are away', async () => {
    const sandboxes = await Promise.all(
      Array.from({ length: 10 }, () => startBorgSandbox({ ...still, history: 60, demo: false })),
    );
    await using gateway = startGateway({
      providers: sandboxes.map(({ config }, index) => ({ ...config, name: `${'files-'.repeat(6)}${index}` })),
    });
    await walk(gateway, { first: 1 }, undefined, 1);
    await Promise.all(sandboxes.slice(5).map((sandbox) => sandbox.close()));
    const pages = await walk(gateway, { first: 100 }, undefined, 3);
    expect(pages.flatMap(idsOf)).toHaveLength(300);
    for (const { edges } of pages) for (const { cursor } of edges) expect(cursor.length).toBeLessThanOrEqual(400);
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  });
});
