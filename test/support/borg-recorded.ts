/** How each kind of recorded reply is read by the adapter, beside what is expected of it. */
import type { z } from 'zod';
import { createExplain } from '../../providers/borg/errors.ts';
import { toLiveLines, toLogLine, withoutEmptyEnd } from '../../providers/borg/log-map.ts';
import { type BorgBackup, toBackup } from '../../providers/borg/map.ts';
import {
  jobsReply,
  type ListRow,
  listRow,
  logReply,
  type StatusRow,
  startReply,
  statusReply,
} from '../../providers/borg/wire.ts';
import { type ErrorCode, GatewayError } from '../../src/core/errors.ts';
import { formatInstant, parseInstant } from '../../src/core/instant.ts';
import type { LogLine } from '../../src/core/model.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import { observed, type RecordedReply, replayOne } from './borg-replay.ts';

export const readAt = parseInstant('2026-11-22T00:21:45Z') ?? 0;
const clock = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant));

interface Asked {
  readonly schema: z.ZodType;
  readonly isCommand?: boolean;
}

/** What core makes of a recorded reply, with our explanations, over HTTP. */
export async function ask(reply: RecordedReply, { schema, isCommand = false }: Asked): Promise<unknown> {
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

/** How its rows are read. */
export const reading = { provider: 'files', times: createTimeReader('UTC'), readAt };

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
export type Read = { expected: unknown; read: (reply: RecordedReply) => unknown };

export const status = (expected: Shown): Read => ({
  expected,
  read: async (reply) => show(toBackup((await ask(reply, { schema: statusReply })) as StatusRow, reading)),
});

export const jobs = (...expected: readonly Shown[]): Read => ({
  expected,
  async read(reply) {
    const answer = jobsReply.parse(await ask(reply, { schema: jobsReply }));
    return answer.jobs.map((row) => show(toBackup(listRow(row) as ListRow, reading)));
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
export const live = lines(toLiveLines);
export const stored = lines((contents) => withoutEmptyEnd(contents).map(toLogLine));
export const paged = lines((contents) => contents.map(toLogLine));

export const value = (schema: z.ZodType, expected: unknown): Read => ({
  expected,
  read: (reply) => ask(reply, { schema }),
});

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
export const refusedRead = failure(false);
export const refusedCommand = failure(true);
export const text = (start: string): Read => ({
  expected: start,
  read: ({ body }) => String(body).slice(0, start.length),
});

export const notRunning = refusedCommand(
  'CONFLICT',
  'files can only stop a backup that is running, and this one is not running.',
);
export const badToken = refusedRead(
  'PROVIDER_UNAUTHENTICATED',
  'files refuses the configured credentials: check them in the configuration (HTTP 401).',
);
export const noRoute = refusedRead(
  'PROVIDER_INVALID_RESPONSE',
  'files does not know a call of Borg UI: is its address in the configuration complete, and is it a Borg UI?',
);
export const otherShape = refusedRead(
  'PROVIDER_INVALID_RESPONSE',
  'files answered with JSON of another shape than its contract.',
);
export const oneAtATime = refusedCommand(
  'CONFLICT',
  'files runs at most 1 manual backup at a time, and 1 is going: ask again later.',
);
export const noLog = refusedRead('NOT_FOUND', 'files keeps no log of this backup.');

export const row = (label: string, change: object = {}): StatusRow =>
  statusReply.parse({ ...(observed(label).body as object), ...change });
