/** Filters over products that do not tell what they ask. */
import { describe, expect, it } from 'vitest';
import { startFour } from './support/four-changes.ts';

type Answer = Record<
  string,
  { problems?: Problem[]; isComplete?: boolean; totalCount?: number | null; count?: number }
>;
interface Problem {
  readonly code: string;
  readonly provider: { readonly name: string };
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
