import { describe, expect, it } from 'vitest';
import { toEntity } from '../../../../providers/borg/entity-map.ts';
import { createExplain, refusalKey } from '../../../../providers/borg/errors.ts';
import {
  cancelReply,
  loginReply,
  meReply,
  type RepositoryRow,
  repositoriesReply,
  repositoryRow,
  startReply,
} from '../../../../providers/borg/wire.ts';
import {
  ask,
  badToken,
  jobs,
  live,
  noLog,
  noRoute,
  notRunning,
  oneAtATime,
  otherShape,
  paged,
  type Read,
  reading,
  refusedCommand,
  refusedRead,
  status,
  stored,
  text,
  value,
} from '../../../support/borg-recorded.ts';
import { observedReplies, type RecordedReply } from '../../../support/borg-replay.ts';

const never = {
  name: null,
  sortedAt: null,
  startedAt: null,
  endedAt: null,
  stored: null,
  original: null,
  items: null,
  percent: null,
  error: null,
};
const second = {
  ...never,
  id: '2',
  status: 'RUNNING' as const,
  sortedAt: '2026-11-22T00:21:40.339691Z',
  startedAt: '2026-11-22T00:21:40.339691Z',
  original: 1_000_000,
  items: 10,
  percent: (1_000_000 / 6_004_736) * 100,
  hasLog: null,
};
const cancelled = {
  ...second,
  status: 'CANCELLED' as const,
  endedAt: '2026-11-22T00:21:44.147962Z',
  stored: 800_000,
  original: 4_000_000,
  items: 40,
  percent: null,
  error: 'It was cancelled by a user.',
  hasLog: true,
};
const fourth = ['40 files, 4.0 MB, now at data/file4.bin', 'INFO', '2026-11-22T00:21:43.380619Z'] as const;
const firstEvent = '{"type": "archive_progress", "original_size": 1000000';

/** Every recorded reply in its order, with what people are told of it. */
const expectations: readonly (readonly [label: string, expected: Read])[] = [
  ['login bad', refusedRead('PROVIDER_UNAUTHENTICATED', 'files refuses the configured user name or password.')],
  ['login json body', refusedRead('BAD_USER_INPUT', 'files refuses these fields of the request: username, password.')],
  ['login ok', value(loginReply, { access_token: '<jwt>' })],
  ['jobs no auth', badToken],
  ['jobs bad token', badToken],
  ['jobs lower-case bearer', badToken],
  ['jobs empty', jobs()],
  ['jobs bad X-Borg + good Authorization', badToken],
  ['me', value(meReply, { role: 'admin' })],
  ['start null repo', refusedCommand('BAD_USER_INPUT', 'files refuses these fields of the request: repository.')],
  ['start int repo', refusedCommand('BAD_USER_INPUT', 'files refuses these fields of the request: repository.')],
  ['start no body', refusedCommand('BAD_USER_INPUT', 'files refuses these fields of the request: body.')],
  ['start unknown repo', value(startReply, { job_id: 1 })],
  [
    'status unknown-repo job',
    status({
      ...never,
      id: '1',
      status: 'FAILED',
      sortedAt: '2026-11-22T00:21:39.883516Z',
      endedAt: '2026-11-22T00:21:39.883516Z',
      error: 'Borg failed for a reason that it does not name.',
      hasLog: true,
    }),
  ],
  ['stream unknown-repo job', stored(1, 'Repository record not found in database: /nope', 'UNKNOWN', null)],
  ['status missing', refusedRead('NOT_FOUND', 'files has no such backup, or cannot show it.')],
  ['status non-int', refusedRead('BAD_USER_INPUT', 'files refuses these fields of the request: job_id.')],
  ['cancel missing', refusedCommand('NOT_FOUND', 'files has no such backup.')],
  ['cancel failed job', notRunning],
  ['stream missing', refusedRead('NOT_FOUND', 'files has no such backup.')],
  ['download missing', refusedRead('NOT_FOUND', 'files has no such backup.')],
  ['download no token', refusedRead('PROVIDER_UNAUTHENTICATED', 'files no longer takes the token that it was given.')],
  ['download query token', text('Repository record not found in database: /nope')],
  ['api 404', noRoute],
  ['405', noRoute],
  [
    'repositories',
    {
      expected: [
        {
          kind: 'borg',
          provider: 'files',
          externalId: '/data/repo1',
          name: 'demo',
          details: { path: '/data/repo1', repositoryId: 1 },
        },
        {
          kind: 'borg',
          provider: 'files',
          externalId: '/data/repo2',
          name: 'demo2',
          details: { path: '/data/repo2', repositoryId: 2 },
        },
      ],
      async read(reply) {
        const answer = repositoriesReply.parse(await ask(reply, { schema: repositoriesReply }));
        return answer.repositories.map((row) => toEntity(repositoryRow(row) as RepositoryRow, reading));
      },
    },
  ],
  ['repositories no slash', noRoute],
  ['start ok', value(startReply, { job_id: 2 })],
  ['status immediately', status({ ...second, original: null, items: null, percent: 0 })],
  ['start while active same repo', oneAtATime],
  ['start while active other repo', oneAtATime],
  ['start unknown while active', oneAtATime],
  ['status running', status(second)],
  ['status running later', status(second)],
  ['jobs running', jobs({ ...second, name: 'manual-backup-2026-11-22T00:21:40', hasLog: true })],
  ['stream running', stored(0)],
  ['activity logs running', live(4, ...fourth)],
  ['activity logs running offset=3', live(4, ...fourth)],
  ['download running', refusedRead('CONFLICT', 'files offers the log for download once the backup has ended.')],
  ['cancel running', value(cancelReply, { process_terminated: true })],
  ['status after cancel', status(cancelled)],
  ['cancel again', notRunning],
  ['status after cancel +6s', status(cancelled)],
  ['stream after cancel', stored(4, ...fourth)],
  ['stream after cancel offset=2', stored(2, ...fourth)],
  ['stream after cancel offset=500', stored(0)],
  ['activity after cancel', paged(4, ...fourth)],
  ['retry cancelled', value(startReply, { job_id: 3 })],
  ['start ok', value(startReply, { job_id: 4 })],
  [
    'status ok',
    status({
      ...never,
      id: '4',
      status: 'SUCCEEDED',
      sortedAt: '2026-11-22T00:22:07.568738Z',
      startedAt: '2026-11-22T00:22:07.568738Z',
      endedAt: '2026-11-22T00:22:13.635892Z',
      stored: 1_200_000,
      original: 6_000_000,
      items: 60,
      hasLog: false,
    }),
  ],
  ['stream ok', stored(0)],
  ['activity logs ok', noLog],
  ['download ok', noLog],
  ['start warn', value(startReply, { job_id: 5 })],
  [
    'status warn',
    status({
      ...never,
      id: '5',
      status: 'SUCCEEDED_WITH_WARNINGS',
      sortedAt: '2026-11-22T00:22:16.748525Z',
      startedAt: '2026-11-22T00:22:16.748525Z',
      endedAt: '2026-11-22T00:22:22.805207Z',
      stored: 1_200_000,
      original: 6_000_000,
      items: 60,
      error: 'Borg finished with warnings (exit code 1).',
      hasLog: true,
    }),
  ],
  ['stream warn', stored(13, 'All files were read.', 'INFO', '2026-11-22T00:22:22.797289Z')],
  ['activity logs warn', paged(3, '20 files, 2.0 MB, now at data/file2.bin', 'INFO', '2026-11-22T00:22:17.794285Z')],
  ['download warn', text(firstEvent)],
  ['start fail', value(startReply, { job_id: 6 })],
  [
    'status fail',
    status({
      ...never,
      id: '6',
      status: 'FAILED',
      sortedAt: '2026-11-22T00:22:25.944346Z',
      startedAt: '2026-11-22T00:22:25.944346Z',
      endedAt: '2026-11-22T00:22:31.995796Z',
      stored: 800_000,
      original: 4_000_000,
      items: 40,
      error: 'The repository is locked by another process.',
      hasLog: true,
    }),
  ],
  ['stream fail', stored(7, 'Failed to create/acquire the lock', 'ERROR', '2026-11-22T00:22:31.983687Z')],
  ['activity logs fail', paged(3, '30 files, 3.0 MB, now at data/file3.bin', 'INFO', '2026-11-22T00:22:27.982351Z')],
  ['download fail', text(firstEvent)],
  ['retry completed', refusedCommand('CONFLICT', 'files only runs a backup again that failed or was cancelled.')],
  ['jobs limit0', jobs()],
  ['jobs limit bad', refusedRead('BAD_USER_INPUT', 'files refuses these fields of the request: limit.')],
  // Neither of these is ever asked for: they must not pass for a list of jobs.
  ['activity recent', otherShape],
  ['create PAT (token redacted)', otherShape],
  ['jobs with PAT', jobs()],
  ['SSE with PAT', badToken],
  ['SSE no token', badToken],
  [
    'login lockout after 5',
    refusedRead('PROVIDER_RATE_LIMITED', 'files has locked logins for a while after several wrong ones.', {
      retryAfterSeconds: 900,
    }),
  ],
  ['logout', otherShape],
  ['jobs after logout', jobs()],
];

describe('a recorded reply of Borg UI', () => {
  it('has an expectation, each in its place', () => {
    expect(expectations.map(([label]) => label)).toEqual(observedReplies.map(({ label }) => label));
    expect(expectations).toHaveLength(74);
  });

  it.each(expectations.map(([label, expectation], index) => [`${index + 1} ${label}`, index, expectation] as const))(
    '%s says what it said',
    async (_label, index, { expected, read }) => {
      expect(await read(observedReplies[index] as RecordedReply)).toEqual(expected);
    },
  );
});

describe('a refusal', () => {
  const explain = createExplain('files');
  const refuse = (status: number, detail: unknown, isCommand = false) =>
    explain({ status, body: { detail }, isCommand });

  it('keeps its key for the adapter, and shows it to nobody', () => {
    const error = refuse(404, { key: 'backend.errors.activity.noLogsAvailableForJob' });
    expect(refusalKey(error)).toBe('activity.noLogsAvailableForJob');
    expect(refusalKey(new Error('x'))).toBeNull();
    for (const [, { expected }] of expectations) expect(JSON.stringify(expected)).not.toMatch(/backend\.|https?:/);
  });
});
