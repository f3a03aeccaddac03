/** Numbers over many backups. */
import { describe, expect, it } from 'vitest';
import { graphql } from '../gql/index.ts';
import { startBorgGateway } from '../support/gateway.ts';

const Statistics = graphql(`
  query Statistics($filter: BackupFilter) {
    backupStatistics(filter: $filter) {
      count
      byStatus {
        status
        count
      }
      byProvider {
        provider {
          name
        }
        count
      }
      totalSize {
        originalBytes
        storedBytes
      }
      averageDurationSeconds
      averageBytesPerSecond
      isComplete
      problems {
        code
      }
    }
  }
`);

const Timeline = graphql(`
  query Timeline($from: DateTime!, $to: DateTime!, $bucket: TimelineBucket!, $filter: BackupFilter) {
    backupTimeline(from: $from, to: $to, bucket: $bucket, filter: $filter) {
      points {
        start
        end
        succeeded
        failed
        other
        originalBytes
        durationSeconds
      }
      isComplete
    }
  }
`);

const Latest = graphql(`
  query Latest($provider: String!, $externalId: String!) {
    protectedEntity(provider: $provider, externalId: $externalId) {
      latestBackup {
        externalId
        status
      }
      latestSuccessfulBackup {
        externalId
        status
      }
    }
  }
`);

const none = { started_at: null, completed_at: null };

describe('backupStatistics', () => {
  it('counts and sums what is there', async () => {
    await using gateway = await startBorgGateway({ history: 80 });
    const { backupStatistics } = await gateway.query(Statistics);
    const { jobs } = gateway.sandbox;
    const failed = jobs.filter(({ status }) => status === 'failed').length;
    expect(backupStatistics).toMatchObject({
      count: 80,
      byProvider: [{ provider: { name: 'files' }, count: 80 }],
      isComplete: true,
      problems: [],
    });
    expect(backupStatistics?.byStatus).toContainEqual({ status: 'FAILED', count: failed });
    const sizes = jobs.filter(({ progress_details: { original_size } }) => original_size > 0);
    const bytes = sizes.reduce((sum, { progress_details }) => sum + progress_details.original_size, 0);
    expect(backupStatistics?.totalSize.originalBytes).toBe(bytes);
    expect(backupStatistics?.averageDurationSeconds).toBeGreaterThan(0);
    expect(backupStatistics?.averageBytesPerSecond).toBeGreaterThan(0);
  });

  it('has null, not zero, where nothing is known', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { backupStatistics } = await gateway.query(Statistics, { filter: { statuses: [] } });
    expect(backupStatistics).toMatchObject({
      count: 0,
      byStatus: [],
      totalSize: { originalBytes: null },
      averageDurationSeconds: null,
      averageBytesPerSecond: null,
      isComplete: true,
    });
  });

  it('says that it is not complete where a provider is missing', async () => {
    const gateway = await startBorgGateway({ history: 5 });
    await using _ = gateway;
    await gateway.sandbox.close();
    const { backupStatistics } = await gateway.query(Statistics);
    expect(backupStatistics).toMatchObject({
      count: 0,
      isComplete: false,
      problems: [{ code: 'PROVIDER_UNAVAILABLE' }],
    });
  });
});

describe('backupTimeline', () => {
  const day = (date: string) => `${date}T00:00:00.000Z`;

  it('has a point for each bucket, weeks from Monday, cut to the range', async () => {
    await using gateway = await startBorgGateway({ history: 1 });
    const finished = { ...none, status: 'completed' as const };
    gateway.sandbox.addFinished({
      ...finished,
      started_at: '2026-03-02T00:00:00+00:00',
      completed_at: '2026-03-02T01:00:00+00:00',
    });
    gateway.sandbox.addFinished({
      ...none,
      status: 'failed',
      started_at: '2026-03-08T23:59:59.999999+00:00',
      completed_at: null,
    });
    gateway.sandbox.addFinished({
      ...none,
      status: 'skipped',
      started_at: '2026-03-09T00:00:00+00:00',
      completed_at: null,
    });
    const { backupTimeline } = await gateway.query(Timeline, {
      from: '2026-02-25T12:00:00Z',
      to: '2026-03-10T00:00:00Z',
      bucket: 'WEEK',
    });
    expect(
      backupTimeline?.points.map(({ start, end, succeeded, failed, other }) => [start, end, succeeded, failed, other]),
    ).toEqual([
      ['2026-02-25T12:00:00.000Z', day('2026-03-02'), 0, 0, 0],
      [day('2026-03-02'), day('2026-03-09'), 1, 1, 0],
      [day('2026-03-09'), day('2026-03-10'), 0, 0, 1],
    ]);
    expect(backupTimeline?.points[1]?.durationSeconds).toBe(3600);
    expect(backupTimeline?.points[0]?.durationSeconds).toBeNull();
    expect(backupTimeline?.isComplete).toBe(true);
  });

  it.each([
    ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', 'DAY', '"to" must be later'],
    ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'DAY', 'the limit is 400'],
  ] as const)('from %s to %s by %s is BAD_USER_INPUT', async (from, to, bucket, message) => {
    await using gateway = await startBorgGateway({ history: 1 });
    const { errors } = await gateway.ask(Timeline, { from, to, bucket });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(message);
  });
});

describe('the latest backups of an entity', () => {
  it('are the newest of all, and the newest that ended well', async () => {
    await using gateway = await startBorgGateway({ history: 40 });
    const repository = '/backups/mail';
    const time = { started_at: '2026-11-01T00:00:00+00:00', completed_at: '2026-11-01T01:00:00+00:00' };
    gateway.sandbox.clock.advance(40 * 24 * 3_600_000);
    const now = new Date(gateway.sandbox.clock.now()).toISOString().replace('Z', '000+00:00');
    const good = gateway.sandbox.addFinished({ ...time, repository, status: 'completed', started_at: now });
    const bad = gateway.sandbox.addFinished({ ...time, repository, status: 'failed', started_at: now });
    const { protectedEntity } = await gateway.query(Latest, { provider: 'files', externalId: repository });
    expect(protectedEntity).toEqual({
      latestBackup: { externalId: String(bad), status: 'FAILED' },
      latestSuccessfulBackup: { externalId: String(good), status: 'SUCCEEDED' },
    });
  });
});
