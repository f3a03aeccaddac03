/** A client that reads on as long as there is more, over HTTP, while a system is away or shows little. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startBorgGateway, startGateway } from '../support/gateway.ts';

interface Page {
  readonly nodes: readonly { readonly externalId: string }[];
  readonly problems: readonly { readonly code: string }[];
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'startCursor' | 'endCursor', string | null>>;
}

const fields = 'nodes { externalId } problems { code } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

const lists = {
  backups: `query($first: Int, $after: String, $last: Int, $before: String) {
    page: backups(first: $first, after: $after, last: $last, before: $before) { ${fields} } }`,
  protectedEntities: `query($first: Int, $after: String, $last: Int, $before: String) {
    page: protectedEntities(first: $first, after: $after, last: $last, before: $before) { ${fields} } }`,
};

type Gateway = Pick<Awaited<ReturnType<typeof startBorgGateway>>, 'askText'>;

async function ask(gateway: Gateway, query: string, variables: Record<string, unknown>): Promise<Page> {
  const { data } = (await gateway.askText(query, variables)) as { data?: { page: Page | null } };
  if (!data?.page) throw new Error('expected a page');
  return data.page;
}

/** Every page until none follows; fails after `most` of them. */
async function readOn(gateway: Gateway, query: string, isForward: boolean, most: number): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | null = null;
  for (let hasMore = true; hasMore; ) {
    expect(pages.length).toBeLessThan(most);
    const page: Page = await ask(
      gateway,
      query,
      isForward ? { first: 10, after: cursor } : { last: 10, before: cursor },
    );
    pages.push(page);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    hasMore = isForward ? hasNextPage : hasPreviousPage;
    cursor = isForward ? endCursor : startCursor;
  }
  return pages;
}

describe.each(Object.entries(lists))('a walk of %s', (_name, query) => {
  it.each([true, false])('is one page while the only system is away (forward: %s)', async (isForward) => {
    const gateway = await startBorgGateway();
    await using _ = gateway;
    await gateway.sandbox.close();
    const pages = await readOn(gateway, query, isForward, 2);
    expect(pages).toMatchObject([{ nodes: [], problems: [{ code: 'PROVIDER_UNAVAILABLE' }] }]);
  });

  it.each([{ first: 0 }, { last: 0 }])('does not begin while the only system is away (%j)', async (size) => {
    const gateway = await startBorgGateway();
    await using _ = gateway;
    const more = 'first' in size ? 'hasNextPage' : 'hasPreviousPage';
    const here = await ask(gateway, query, size);
    expect(here).toMatchObject({ nodes: [], problems: [], pageInfo: { [more]: true } });
    await gateway.sandbox.close();
    const away = await ask(gateway, query, size);
    expect(away).toMatchObject({ problems: [{ code: 'PROVIDER_UNAVAILABLE' }], pageInfo: { [more]: false } });
  });

  it.each([true, false])(
    'goes through the others while one of two is away, and ends (forward: %s)',
    async (isForward) => {
      await using here = await startBorgSandbox({ speed: 0, demo: false, history: 25 });
      const away = { name: 'away', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' };
      await using gateway = startGateway({ providers: [here.config, away] });
      const pages = await readOn(gateway, query, isForward, 5);
      const shown = pages.flatMap(({ nodes }) => nodes.map(({ externalId }) => externalId));
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown).toHaveLength(query === lists.backups ? 25 : here.repositories.length);
      for (const { problems } of pages) expect(problems).toMatchObject([{ code: 'PROVIDER_UNAVAILABLE' }]);
    },
  );
});

describe('an account of Borg UI that sees little', () => {
  it.each([
    ['little', 1],
    ['nothing', 0],
  ])('walks what it sees, is told that more may be there, and ends (%s)', async (_name, count) => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 60 });
    sandbox.hiddenRepositories.clear();
    for (const { path } of sandbox.repositories.slice(count)) sandbox.hiddenRepositories.add(path);
    const { username: _user, password: _password, ...config } = sandbox.config as Record<string, unknown>;
    await using gateway = startGateway({
      providers: [{ ...config, token: sandbox.limitedUser.personalToken }] as never,
    });
    const visible = sandbox.jobs.filter(({ repository }) => !sandbox.hiddenRepositories.has(repository));
    for (const isForward of [true, false]) {
      const pages = await readOn(gateway, lists.backups, isForward, Math.ceil(visible.length / 10) + 2);
      expect(pages.flatMap(({ nodes }) => nodes)).toHaveLength(visible.length);
      expect(pages.some(({ problems }) => problems.some(({ code }) => code === 'INCOMPLETE'))).toBe(true);
    }
  });
});
