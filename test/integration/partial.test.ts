/** One list over systems of which some do not answer, over real HTTP on both sides. */
import { describe, expect, it } from 'vitest';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { hangs, resetsBefore } from '../support/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { idsOf, type Page, page, pageIn, startFour, still, walk } from '../support/partial.ts';

const problemsOf = ({ problems }: Page) =>
  problems.map(({ provider, entity, code }) => [provider.name, entity?.externalId ?? null, code].join(' '));

describe('one Salesforce org of ten that is down', () => {
  it('is reported on each page, the others are complete, and skipped rows are reported after recovery', async () => {
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

describe('a system that is down for some pages of a walk', () => {
  it('continues after the cursor when it is back, and every later page reports its skipped rows', async () => {
    await using four = await startFour({ history: 24 });
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
  it('that are down give an empty page with its start cursor, and the walk continues there after recovery', async () => {
    await using four = await startFour({ history: 24 });
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
  it('times out once at its deadline, and the others are listed', async () => {
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

describe('totalCount', () => {
  it('is null if a system never answers, and the gateway waits for it once', async () => {
    await using four = await startFour({ timeoutSeconds: 2 });
    using _fault = four.proxies['borg']?.fail(hangs()) ?? { [Symbol.dispose]: () => undefined };
    const startedAt = performance.now();
    const { data } = await four.gateway.askText('{ backups(first: 5) { totalCount problems { code } } }');
    expect(performance.now() - startedAt).toBeLessThan(3_800);
    expect(data).toEqual({ backups: { totalCount: null, problems: [{ code: 'PROVIDER_TIMEOUT' }] } });
  });

  it('costs nothing if it is not selected', async () => {
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
