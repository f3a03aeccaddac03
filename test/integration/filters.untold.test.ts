/** Filters over products that do not tell what they ask. */
import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startFour } from '../support/four-changes.ts';

type Answer = Record<
  string,
  { problems?: Problem[]; isComplete?: boolean; totalCount?: number | null; count?: number }
>;
interface Problem {
  readonly code: string;
  readonly provider: { readonly name: string };
}

/** It was asked twice for its newest backups: a look that began after now is over. */
async function looked({ requests }: { readonly requests: readonly { readonly path: string }[] }): Promise<void> {
  const looks = () => requests.filter(({ path }) => path === '/api/backups').length;
  const before = looks();
  await expect.poll(() => looks() - before).toBeGreaterThan(6);
}

const problems = 'problems { code message provider { name } }';
const namesOf = (given: readonly Problem[] | undefined) =>
  given?.map(({ code, provider }) => `${code} ${provider.name}`).sort();

describe('a filter by trigger', () => {
  it('names each provider that does not tell it, once: in lists, counts, statistics and timelines', async () => {
    await using four = await startFour();
    const filter = 'filter: { triggers: [SCHEDULED, MANUAL] }';
    const { data, errors } = await four.gateway.askText(`{
      list: backups(first: 100, ${filter}) { totalCount nodes { trigger } ${problems} }
      statistics: backupStatistics(${filter}) { count isComplete ${problems} }
      timeline: backupTimeline(from: "2020-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", bucket: WEEK, ${filter}) { isComplete ${problems} }
      all: backups(filter: { triggers: [SCHEDULED, MANUAL, UNKNOWN] }) { totalCount ${problems} }
      none: backups(filter: { triggers: [] }) { totalCount ${problems} }
    }`);
    expect(errors).toBeUndefined();
    const { list, statistics, timeline, all, none } = data as unknown as Answer;
    for (const answer of [list, statistics]) {
      expect(namesOf(answer?.problems)).toEqual(expect.arrayContaining(['INCOMPLETE labii', 'INCOMPLETE salesforce']));
      expect(new Set(namesOf(answer?.problems)).size).toBe(answer?.problems?.length);
    }
    expect(list?.totalCount).toBeNull();
    expect([statistics?.isComplete, timeline?.isComplete]).toEqual([false, false]);
    expect(namesOf(all?.problems)).toEqual([]);
    expect(all?.totalCount).toBeGreaterThan(0);
    expect(none).toMatchObject({ totalCount: 0, problems: [] });
  });

  it('costs nothing where no row of a product tells it', async () => {
    await using four = await startFour();
    const before = four.flosum.requests.length + four.labii.requests.length;
    await four.gateway.askText('{ backups(filter: { triggers: [MANUAL] }) { nodes { id } } }');
    expect(four.flosum.requests.length + four.labii.requests.length).toBe(before);
  });

  it('names it to watchers too, once', async () => {
    await using four = await startFour();
    const client = await four.gateway.connect();
    const query = `subscription { backupChanges(filter: { triggers: [SCHEDULED] }) {
      __typename ... on StreamGap { reason problem { code provider { name } } } } }`;
    const events = client.iterate<Record<string, unknown>>({ query });
    const first = events.next();
    await four.looked();
    const [connection] = four.flosum.connections;
    four.flosum.startOutside(connection?.id ?? 0);
    const gap = (await first).value?.data?.['backupChanges'];
    expect(gap).toEqual({
      __typename: 'StreamGap',
      reason: 'UNFILTERABLE',
      problem: { code: 'INCOMPLETE', provider: { name: 'salesforce' } },
    });
    await events.return?.();
  });

  it('shows watchers what a product tells elsewhere than in its rows: neither a gap, nor one too many', async () => {
    await using four = await startFour();
    four.vprotect.purgeAfterSeconds = null;
    four.vprotect.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
    const client = await four.gateway.connect();
    const query = `subscription { backupChanges(filter: { triggers: [SCHEDULED], kinds: [VPROTECT] }) {
      __typename ... on StreamGap { reason } ... on BackupStarted { backup { externalId trigger } }
      ... on BackupFinished { backup { externalId trigger } } } }`;
    const events = client.iterate<Record<string, { __typename: string }>>({ query });
    const seen: unknown[] = [];
    const ended = (async () => {
      for await (const { data } of events) {
        if (data?.['backupChanges']?.__typename === 'BackupUpdated') continue;
        seen.push(data?.['backupChanges']);
        if (data?.['backupChanges']?.__typename === 'BackupFinished') break;
      }
    })();
    await looked(four.vprotect);
    four.vprotect.startOutside(vprotectGuid('machine', 1));
    const { backup } = four.vprotect.startOutside(vprotectGuid('machine', 2), { origin: 'SCHEDULE' });
    four.pass(1_000);
    await looked(four.vprotect);
    // Those of running backups are read for their progress, by their states.
    const tasks = () =>
      four.vprotect.requests.filter(({ path, query }) => path === '/api/tasks' && !query.has('states')).length;
    const before = tasks();
    await looked(four.vprotect);
    // What is known is not looked up again with every look.
    expect(tasks()).toBe(before);
    four.pass(600_000);
    await ended;
    expect(seen).toEqual([
      { __typename: 'BackupStarted', backup: { externalId: backup, trigger: 'SCHEDULED' } },
      { __typename: 'BackupFinished', backup: { externalId: backup, trigger: 'SCHEDULED' } },
    ]);
  });

  it('does not make later pages say that rows were skipped', async () => {
    await using four = await startFour();
    const page = (after: string) =>
      `{ backups(first: 2, filter: { triggers: [MANUAL, SCHEDULED] }${after}) { pageInfo { endCursor } problems { message } } }`;
    const first = await four.gateway.askText(page(''));
    const { pageInfo } = (first.data as unknown as { backups: { pageInfo: { endCursor: string } } }).backups;
    const second = await four.gateway.askText(page(`, after: "${pageInfo.endCursor}"`));
    expect(JSON.stringify(second.data)).not.toContain('skipped');
  });
});
