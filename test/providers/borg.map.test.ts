import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { toErrorMessage } from '../../providers/borg/error-message.ts';
import { createExplain, refusalKey } from '../../providers/borg/errors.ts';
import { refineFromLog, toLiveLines, toLogLine, toStoredLines } from '../../providers/borg/log.ts';
import { type BorgBackup, toBackup, toEntity, toStatus } from '../../providers/borg/map.ts';
import {
  cancelReply,
  jobsReply,
  listRow,
  loginReply,
  logReply,
  meReply,
  repositoriesReply,
  type StatusRow,
  startReply,
  statusReply,
} from '../../providers/borg/wire.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { formatInstant, parseInstant } from '../../src/core/instant.ts';
import type { LogLine } from '../../src/core/model.ts';
import { createUpstream } from '../../src/core/upstream/upstream.ts';
import { observed, observedReplies, type RecordedReply, recordedRun, replayOne } from '../support/borg-replay.ts';

const readAt = parseInstant('2026-11-22T00:21:45Z') ?? 0;
const clock = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant));

interface Asked {
  readonly schema: z.ZodType;
  readonly isCommand?: boolean;
}

/** What core makes of a recorded reply, with our explanations, over HTTP. */
async function ask(reply: RecordedReply, { schema, isCommand = false }: Asked): Promise<unknown> {
  await using replay = await replayOne(reply);
  const options = {
    provider: 'files',
    url: replay.url,
    timeoutMs: 5000,
    session: null,
    explain: createExplain('files'),
  };
  const upstream = createUpstream(options);
  const signal = AbortSignal.timeout(5000);
  try {
    return await (isCommand ? upstream.command('/', { schema }, signal) : upstream.read('/', { schema }, signal));
  } finally {
    await upstream.close();
  }
}

/** Everything that a page shows of a backup and that differs from job to job. */
const show = (backup: BorgBackup) => ({
  id: backup.externalId,
  name: backup.name,
  status: backup.status,
  sortedAt: clock(backup.sortedAt),
  startedAt: clock(backup.startedAt),
  endedAt: clock(backup.endedAt),
  stored: backup.size.storedBytes,
  original: backup.size.originalBytes,
  items: backup.itemCount,
  percent: backup.progress?.percent ?? null,
  error: backup.errorMessage,
  hasLog: backup.details.hasLog,
});

type Shown = ReturnType<typeof show>;
type Read = { expected: unknown; read: (reply: RecordedReply) => unknown };

const status = (expected: Shown): Read => ({
  expected,
  read: async (reply) => show(toBackup((await ask(reply, { schema: statusReply })) as StatusRow, 'files', readAt)),
});

const jobs = (...expected: readonly Shown[]): Read => ({
  expected,
  async read(reply) {
    const answer = jobsReply.parse(await ask(reply, { schema: jobsReply }));
    return answer.jobs.map((row) => show(toBackup(listRow.parse(row), 'files', readAt)));
  },
});

/** How many lines, and the last of them as text with its level and time. */
const lines =
  (toLines: (contents: readonly string[]) => LogLine[]) =>
  (count: number, ...last: readonly [text: string, level: string, at: string | null] | []): Read => ({
    expected: [count, ...last],
    async read(reply) {
      const answer = logReply.parse(await ask(reply, { schema: logReply }));
      const read = toLines(answer.lines.map(({ content }) => content));
      const line = read.at(-1);
      return line ? [read.length, line.text, line.level, clock(line.at)] : [0];
    },
  });
const live = lines(toLiveLines);
const stored = lines(toStoredLines);
const paged = lines((contents) => contents.map(toLogLine));

const value = (schema: z.ZodType, expected: unknown): Read => ({ expected, read: (reply) => ask(reply, { schema }) });

const failure =
  (isCommand: boolean) =>
  (code: ErrorCode, message: string, more: { retryAfterSeconds?: number } = {}): Read => ({
    expected: { code, message, retryAfterSeconds: null, ...more },
    async read(reply) {
      const error = await ask(reply, { schema: isCommand ? startReply : jobsReply, isCommand }).catch(
        (thrown) => thrown,
      );
      if (!(error instanceof GatewayError)) return error;
      const { message: text, retryAfterSeconds } = error;
      return { code: error.code, message: text, retryAfterSeconds };
    },
  });
const refusedRead = failure(false);
const refusedCommand = failure(true);
const text = (start: string): Read => ({ expected: start, read: ({ body }) => String(body).slice(0, start.length) });

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
const notRunning = refusedCommand(
  'CONFLICT',
  'files can only stop a backup that is running, and this one is not running.',
);
const badToken = refusedRead(
  'PROVIDER_UNAUTHENTICATED',
  'files refuses the configured credentials: check them in the configuration (HTTP 401).',
);
const noRoute = refusedRead(
  'PROVIDER_INVALID_RESPONSE',
  'files does not know a call of Borg UI: is its address in the configuration complete, and is it a Borg UI?',
);
const otherShape = refusedRead(
  'PROVIDER_INVALID_RESPONSE',
  'files answered with JSON of another shape than its contract.',
);
const oneAtATime = refusedCommand(
  'CONFLICT',
  'files runs at most 1 manual backup at a time, and 1 is going: ask again later.',
);
const noLog = refusedRead('NOT_FOUND', 'files keeps no log of this backup.');
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
        { kind: 'borg', provider: 'files', externalId: '/data/repo1', name: 'demo', details: { path: '/data/repo1' } },
        { kind: 'borg', provider: 'files', externalId: '/data/repo2', name: 'demo2', details: { path: '/data/repo2' } },
      ],
      async read(reply) {
        const answer = repositoriesReply.parse(await ask(reply, { schema: repositoriesReply }));
        return answer.repositories.map((row) => toEntity(row, 'files'));
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

const row = (label: string, change: Partial<StatusRow> = {}): StatusRow => ({
  ...statusReply.parse(observed(label).body),
  ...change,
});

describe('a job as a backup', () => {
  it('maps every status word, and keeps one that nobody knows', () => {
    const words = [
      'pending',
      'running',
      'completed',
      'completed_with_warnings',
      'failed',
      'cancelled',
      'skipped',
      'paused',
    ];
    expect(words.map(toStatus)).toEqual([
      'QUEUED',
      'RUNNING',
      'SUCCEEDED',
      'SUCCEEDED_WITH_WARNINGS',
      'FAILED',
      'CANCELLED',
      'SKIPPED',
      'UNKNOWN',
    ]);
    expect(toBackup(row('status ok', { status: 'paused' }), 'files', readAt)).toMatchObject({
      status: 'UNKNOWN',
      upstreamStatus: 'paused',
      progress: null,
    });
    expect(toStatus('constructor')).toBe('UNKNOWN');
  });

  it('has no time while it is queued, and the end of all times when it never had one', () => {
    const timeless = { started_at: null, completed_at: null };
    expect(toBackup(row('status ok', { ...timeless, status: 'pending' }), 'files', readAt).sortedAt).toBeNull();
    expect(toBackup(row('status ok', { ...timeless, status: 'failed' }), 'files', readAt).sortedAt).toBe(0);
  });

  it('was started by hand, by a schedule, or by a plan that does not say', () => {
    const trigger = (change: object) => toBackup({ ...row('status ok'), ...change }, 'files', readAt).trigger;
    expect(trigger({ triggered_by: 'manual' })).toBe('MANUAL');
    expect(trigger({ triggered_by: 'schedule' })).toBe('SCHEDULED');
    expect(trigger({ triggered_by: 'backup_plan' })).toBe('UNKNOWN');
    expect(trigger({ triggered_by: 'moon' })).toBe('UNKNOWN');
    expect(trigger({ triggered_by: null, scheduled_job_id: null })).toBe('MANUAL');
    expect(trigger({ triggered_by: null, scheduled_job_id: 3 })).toBe('SCHEDULED');
    expect(trigger({ triggered_by: null })).toBe('UNKNOWN');
  });

  it('does not take the zeros of a good run for an empty backup', () => {
    const last = recordedRun.findLast(({ request }) => request === 'GET /api/backup/status/4');
    const backup = toBackup(statusReply.parse(last?.reply), 'files', readAt);
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.itemCount).toBeNull();
    expect(backup.size).toEqual({
      originalBytes: null,
      compressedBytes: null,
      deduplicatedBytes: null,
      storedBytes: null,
    });
  });

  it('lacks the sizes that Borg 2 does not report', () => {
    const {
      compressed_size: _compressed,
      deduplicated_size: _deduplicated,
      ...details
    } = row('status ok').progress_details ?? {};
    expect(toBackup(row('status ok', { progress_details: details }), 'files', readAt).size).toEqual({
      originalBytes: 6_000_000,
      compressedBytes: null,
      deduplicatedBytes: null,
      storedBytes: null,
    });
  });

  it('shows neither the stale speed nor the stale rest after the end', () => {
    expect(row('status ok').progress_details).toMatchObject({
      estimated_time_remaining: 2,
      backup_speed: 0.9527646526034237,
    });
    expect(toBackup(row('status ok'), 'files', readAt).progress).toBeNull();
  });

  it('takes the speed for MiB a second: a recorded 1,000,000 bytes a second is 0.95', () => {
    const progress = toBackup(row('status after cancel', { status: 'running' }), 'files', readAt).progress;
    expect(progress?.bytesPerSecond).toBeGreaterThan(999_000);
    expect(progress?.bytesPerSecond).toBeLessThan(1_001_000);
  });

  it('takes zeros of a running job for "not known", but for what was counted', () => {
    expect(toBackup(row('status immediately'), 'files', readAt).progress).toEqual({
      percent: 0,
      processedBytes: 0,
      totalBytes: 6_004_736,
      processedItems: 0,
      currentItem: null,
      bytesPerSecond: null,
      secondsRemaining: null,
      updatedAt: readAt,
    });
  });

  it('knows no percent before the expected size is known', () => {
    const details = { progress_percent: 1, total_expected_size: 0, original_size: 500 };
    expect(
      toBackup(row('status running', { progress_details: details }), 'files', readAt).progress?.percent,
    ).toBeNull();
  });

  it('is as far as its bytes say, not as the product says, so that the log goes on from there', () => {
    const details = { progress_percent: 43.7, original_size: 7_340_032, total_expected_size: 16_777_216 };
    expect(toBackup(row('status running', { progress_details: details }), 'files', readAt).progress?.percent).toBe(
      43.75,
    );
  });

  it('does not reach 100 percent before it has ended', () => {
    const percentOf = (details: object) =>
      toBackup(row('status running', { progress_details: details }), 'files', readAt).progress?.percent;
    expect(percentOf({ original_size: 300, total_expected_size: 200 })).toBe(99.9);
    expect(percentOf({ progress_percent: 100 })).toBe(99.9);
    expect(percentOf({ progress_percent: 40 })).toBe(40);
  });

  it('shows no more than its own fields', () => {
    const backup = toBackup(row('status fail'), 'files', readAt);
    expect(backup.details).toEqual({
      jobId: '6',
      repository: '/data/repo1',
      maintenanceStatus: null,
      scheduledJobId: null,
      hasLog: true,
    });
    expect(JSON.stringify(backup)).not.toContain('Logs saved to');
  });

  it('has the path of its repository for a name where it has none', () => {
    expect(toEntity({ path: '/data/x', name: '' }, 'files').name).toBe('/data/x');
  });
});

describe('the reason of a failure', () => {
  it.each([
    [null, null],
    ['', null],
    ['No space left on device', 'No space left on device.'],
    [
      'LOCK_ERROR::/data/repo1\n{"key": "backend.errors.borg.lockTimeout"}',
      'The repository is locked by another process.',
    ],
    ['{"key": "backend.errors.backup.cancelledByUser"}', 'It was cancelled by a user.'],
    [
      'Pre-backup hook failed with exit code 3\n{"key": "backend.errors.service.preBackupHookFailed"}',
      'Pre-backup hook failed with exit code 3; the script that runs before the backup failed.',
    ],
    ['{"key": "backend.errors.service.postBackupHookFailed", "params": {"x": 1}}', 'Post backup hook failed.'],
    ['{"key": "constructor"}', 'Constructor.'],
    ['{"key": 5}', '{"key": 5}.'],
    [
      'cannot open ssh://anna:secret@vault:22/./x: see backend.errors.borg.noRepo',
      'Cannot open [address] see no repo.',
    ],
  ])('%j is told as %j', (given, told) => {
    expect(toErrorMessage(given)).toBe(told);
  });

  it('stays short', () => {
    expect(toErrorMessage('x'.repeat(5000))).toHaveLength(501);
  });
});

describe('a refusal', () => {
  const explain = createExplain('files');
  const refuse = (status: number, detail: unknown, isCommand = false) =>
    explain({ status, body: { detail }, isCommand });

  it('names the job that keeps a repository busy', () => {
    const params = { active_job_id: 12, active_job_type: 'backup', repository: '/x' };
    const busy = refuse(409, { key: 'backend.errors.jobs.repositoryOperationActive', params }, true);
    expect(busy?.code).toBe('CONFLICT');
    expect(busy?.message).toBe('files is busy with this repository (backup job 12): ask again when that has ended.');
    expect(refuse(409, { key: 'backend.errors.jobs.repositoryOperationActive' })?.message).toBe(
      'files is busy with this repository (another job): ask again when that has ended.',
    );
  });

  it('for want of a role says so', () => {
    expect(refuse(403, { key: 'backend.errors.auth.notEnoughPermissions' })?.code).toBe('PROVIDER_FORBIDDEN');
    expect(refuse(500, "Failed to fetch logs: 403: {'key': 'backend.errors.auth.notEnoughPermissions'}")?.code).toBe(
      'PROVIDER_FORBIDDEN',
    );
  });

  it('with a 500 leaves open what became of a command', () => {
    expect(refuse(500, { key: 'backend.errors.backup.failedCancelBackup' }, true)).toBeNull();
    expect(refuse(500, { key: 'backend.errors.backup.failedGetBackupStatus' }, true)).toBeNull();
    expect(refuse(500, 'Failed to start backup: 404: x', true)).toBeNull();
  });

  it('that nobody knows is left to its status', () => {
    expect(refuse(409, { key: 'backend.errors.new.thing' })).toBeNull();
    expect(refuse(500, 'database is locked')).toBeNull();
    expect(explain({ status: 502, body: '<html>Bad gateway</html>', isCommand: false })).toBeNull();
    expect(explain({ status: 404, body: { detail: 'Not Found' }, isCommand: true })).toBeNull();
  });

  it('keeps its key for the adapter, and shows it to nobody', () => {
    const error = refuse(404, { key: 'backend.errors.activity.noLogsAvailableForJob' });
    expect(refusalKey(error)).toBe('activity.noLogsAvailableForJob');
    expect(refusalKey(new Error('x'))).toBeNull();
    for (const [, { expected }] of expectations) expect(JSON.stringify(expected)).not.toMatch(/backend\.|https?:/);
  });

  it('repeats nothing of what it was sent', () => {
    const problem = {
      type: 'string_type',
      loc: ['body', 'http://x/y'],
      msg: 'Input http://x/y is bad',
      input: 'secret',
    };
    expect(refuse(422, [problem])?.message).toBe('files refuses what was asked.');
  });
});

describe('a log line', () => {
  const told = (event: object) => {
    const { text: words, level } = toLogLine(JSON.stringify(event));
    return [words, level];
  };

  it('is a sentence with a level, a time, and the line as it came', () => {
    const raw =
      '{"type": "log_message", "time": 1795310223.036638, "message": "Received SIGTERM", "levelname": "ERROR", "name": "borg.archiver"}';
    expect(toLogLine(raw)).toEqual({
      text: 'Received SIGTERM',
      raw,
      at: parseInstant('2026-11-22T01:17:03.036638Z'),
      level: 'ERROR',
    });
  });

  it('knows the levels of Borg', () => {
    const level = (levelname: string) => told({ type: 'log_message', message: 'x', levelname })[1];
    expect(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'LOUD'].map(level)).toEqual([
      'DEBUG',
      'INFO',
      'WARNING',
      'ERROR',
      'ERROR',
      'UNKNOWN',
    ]);
  });

  it('speaks of progress in words', () => {
    expect(told({ type: 'archive_progress', nfiles: 1, original_size: 0, path: '' })).toEqual(['1 file, 0 B', 'INFO']);
    expect(told({ type: 'archive_progress', nfiles: 28, original_size: 572_824_659, path: 'srv/f62' })).toEqual([
      '28 files, 572.8 MB, now at srv/f62',
      'INFO',
    ]);
    expect(told({ type: 'progress_message', message: 'Reading chunks', finished: false })).toEqual([
      'Reading chunks',
      'INFO',
    ]);
    expect(told({ type: 'progress_message', finished: true })).toEqual(['Step finished.', 'INFO']);
  });

  it.each(['hook: mounting /srv', '{"half": ', '{"no": "type"}', '', '[1]', '{"type": "new_event"}'])(
    'that is no event that we know is its own text: %j',
    (raw) => {
      expect(toLogLine(raw)).toEqual({ text: raw, raw, at: null, level: 'UNKNOWN' });
    },
  );

  it('that only stands in for the first one is dropped', () => {
    const note = 'Note: Showing last 500 lines from in-memory buffer. Full logs not saved to disk.';
    expect(
      toLiveLines(['Backup is running...', '', 'Processing started, waiting for first log output...', '', note]),
    ).toEqual([]);
    expect(toLiveLines(['Backup is currently running...', '', 'Waiting for logs...', '', note])).toEqual([]);
    expect(toLiveLines(['Backup is running...', 'said the hook'])).toHaveLength(2);
  });

  it('that is empty is dropped only at the end of a stored log', () => {
    expect(toStoredLines(['a', '', 'b', '']).map(({ raw }) => raw)).toEqual(['a', '', 'b']);
    expect(toLiveLines(['a', '']).map(({ raw }) => raw)).toEqual(['a', '']);
  });
});

describe('progress from the log', () => {
  const running = toBackup(row('status running'), 'files', readAt);
  const at = (seconds: number, bytes: number, more: object = {}): LogLine =>
    toLogLine(
      JSON.stringify({
        type: 'archive_progress',
        time: 1_795_306_900 + seconds,
        original_size: bytes,
        nfiles: 20,
        path: 'data/f',
        ...more,
      }),
    );

  it('is measured over the last seconds of lines', () => {
    const refined = refineFromLog(running, [at(0, 1), at(6, 2_000_000), at(8, 3_000_000), at(10, 4_000_000)]);
    expect(refined.progress).toEqual({
      percent: (4_000_000 / 6_004_736) * 100,
      processedBytes: 4_000_000,
      totalBytes: 6_004_736,
      processedItems: 20,
      currentItem: 'data/f',
      bytesPerSecond: 500_000,
      secondsRemaining: 2_004_736 / 500_000,
      updatedAt: 1_795_306_910_000_000,
    });
    expect(refined.size.originalBytes).toBe(4_000_000);
    expect(refined.itemCount).toBe(20);
  });

  it('gives the speed that the record gives for the same moment', () => {
    const call = recordedRun.find(({ atMs }) => atMs === 4126);
    const log = logReply.parse(recordedRun.find(({ atMs }) => atMs === 4132)?.reply);
    const record = toBackup(statusReply.parse(call?.reply), 'files', readAt);
    const known = toLiveLines(log.lines.map(({ content }) => content)).filter(
      ({ text: words }) => !words.startsWith('0 files, 0 B'),
    );
    const upToRecord = known.slice(0, -1);
    const refined = refineFromLog(record, upToRecord);
    expect(refined.progress?.processedBytes).toBe(record.progress?.processedBytes);
    const ratio = (refined.progress?.bytesPerSecond ?? 0) / (record.progress?.bytesPerSecond ?? 1);
    expect(ratio).toBeGreaterThan(0.999);
    expect(ratio).toBeLessThan(1.001);
  });

  it('leaves a record that is ahead of it alone', () => {
    expect(refineFromLog(running, [at(0, 999_999)])).toBe(running);
  });

  it('takes no speed from lines that are too close, and never one below zero', () => {
    expect(refineFromLog(running, [at(0, 2_000_000), at(0.2, 3_000_000)]).progress?.bytesPerSecond).toBeNull();
    expect(refineFromLog(running, [at(0, 5_000_000), at(2, 3_000_000)]).progress?.bytesPerSecond).toBeNull();
  });

  it('knows no rest while nothing moves', () => {
    const { progress } = refineFromLog(running, [at(0, 2_000_000), at(2, 2_000_000)]);
    expect(progress?.bytesPerSecond).toBe(0);
    expect(progress?.secondsRemaining).toBeNull();
  });

  it('stays below 100 percent', () => {
    expect(refineFromLog(running, [at(0, 7_000_000)]).progress?.percent).toBe(99.9);
  });

  it('is for running backups with lines that count something', () => {
    const ended = toBackup(row('status ok'), 'files', readAt);
    expect(refineFromLog(ended, [at(0, 7_000_000)])).toBe(ended);
    expect(refineFromLog(running, [])).toBe(running);
    expect(
      refineFromLog(running, [toLogLine('{"type": "archive_progress", "finished": true, "time": 1795306950}')]),
    ).toBe(running);
  });
});
