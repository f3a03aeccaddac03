/** The end of a log, its errors and a search, and why a backup failed: over HTTP, for both products that have logs. */
import { describe, expect, test } from 'vitest';
import { graphql } from '../gql/index.ts';
import { startFour } from '../support/all-four.ts';

const Failed = graphql(`
  query UnsuccessfulBackups($kinds: [ProviderKind!]) {
    backups(first: 20, filter: { statuses: [FAILED, SUCCEEDED_WITH_WARNINGS], kinds: $kinds }) {
      nodes {
        id
        failureReason {
          category
          message
          remedy
        }
      }
    }
  }
`);

const ReadLog = graphql(`
  query ReadLog($id: ID!, $first: Int, $last: Int, $before: String, $minLevel: LogLevel, $search: String) {
    backup(id: $id) {
      errorMessage
      failureReason {
        category
        message
      }
      log(first: $first, last: $last, before: $before, minLevel: $minLevel, search: $search) {
        pageInfo {
          hasPreviousPage
          startCursor
        }
        nodes {
          number
          text
          level
        }
      }
    }
  }
`);

describe.each(['BORG', 'FLOSUM'] as const)('the log of an unsuccessful backup of %s', (kind) => {
  test('is read from its end, filtered by level, and searched', async () => {
    await using it = await startFour();
    const ids = (await it.gateway.query(Failed, { kinds: [kind] })).backups?.nodes.map(({ id }) => id) ?? [];
    const logs = await Promise.all(
      ids.map(async (id) => ({ id, log: (await it.gateway.query(ReadLog, { id, last: 200 })).backup?.log })),
    );
    const found = logs.find(({ log }) => log && log.nodes.length > 5);
    if (!found?.log) throw new Error('the sandbox has no failed backup with a log');
    const { id } = found;
    const all = found.log.nodes;
    const end = (await it.gateway.query(ReadLog, { id, last: 2 })).backup?.log;
    expect(end?.nodes).toEqual(all.slice(-2));
    expect(end?.pageInfo.hasPreviousPage).toBe(true);
    const before = await it.gateway.query(ReadLog, { id, last: 2, before: end?.pageInfo.startCursor });
    expect(before.backup?.log?.nodes).toEqual(all.slice(-4, -2));
    const severe = all.filter(({ level }) => level === 'WARNING' || level === 'ERROR');
    const filtered = (await it.gateway.query(ReadLog, { id, last: 200, minLevel: 'WARNING' })).backup?.log;
    expect(filtered?.nodes.slice(filtered.nodes.length - severe.length)).toEqual(severe);
    const word = all.at(-1)?.text.slice(-12).toUpperCase() ?? '';
    const search = (await it.gateway.query(ReadLog, { id, last: 200, search: word })).backup?.log;
    expect(search?.nodes).toContainEqual(all.at(-1));
  });

  test('refuses a severity that is none, a search that is too long, and both directions at once', async () => {
    await using it = await startFour();
    const [id = ''] = (await it.gateway.query(Failed, { kinds: [kind] })).backups?.nodes.map((one) => one.id) ?? [];
    const refused = [{ minLevel: 'UNKNOWN' as const }, { search: 'x'.repeat(81) }, { first: 1, last: 1 }];
    for (const variables of refused) {
      const { data, errors } = await it.gateway.ask(ReadLog, { id, ...variables });
      expect(data?.backup?.log).toBeNull();
      expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
  });
});

test('the reason of a failed backup has a category, the words of the product and a remedy', async () => {
  await using it = await startFour();
  const { backups } = await it.gateway.query(Failed, { kinds: ['BORG', 'VPROTECT'] });
  const reasons = backups?.nodes.flatMap(({ failureReason }) => failureReason ?? []) ?? [];
  expect(new Set(reasons.map(({ category }) => category)).size).toBeGreaterThan(1);
  for (const { message, remedy, category } of reasons) {
    expect(message).toMatch(/\.$/);
    expect(remedy === null).toBe(category === 'OTHER');
  }
  const flosum = (await it.gateway.query(Failed, { kinds: ['FLOSUM'] })).backups?.nodes[0];
  const { backup } = await it.gateway.query(ReadLog, { id: flosum?.id ?? '' });
  expect(backup?.failureReason).toEqual({ category: 'LIMIT', message: backup?.errorMessage });
});
