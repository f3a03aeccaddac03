/** Two runs of the real Borg UI, as they were recorded, watched through the gateway at their own pace and at 20 times that. */
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { RecordedLogSubscription } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { recordedRun, replayRun } from '../support/borg-replay.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';

const RecordedLog = graphql(`
  subscription RecordedLog($id: ID!) {
    backupLog(id: $id) {
      __typename
      ... on LogLinesAppended {
        lines {
          number
          raw
        }
      }
      ... on StreamGap {
        fromLine
        toLine
        reason
      }
      ... on BackupFinished {
        backup {
          status
        }
      }
    }
  }
`);

/** The most that the product ever showed of the log: it is short enough for its window. */
function shownLines(job: string): string[] {
  const replies = recordedRun.filter(({ request }) => request === `GET /api/activity/backup/${job}/logs`);
  const logs = replies
    .filter(({ status }) => status === 200)
    .map(({ reply }) => reply as { lines: { content: string }[] });
  return (logs.at(-1)?.lines ?? []).map(({ content }) => content);
}

interface Run {
  readonly job: string;
  readonly fromMs: number;
  readonly status: string;
  /** What the stream tells after its lines. */
  readonly end: readonly object[];
}

const runs: readonly Run[] = [
  { job: '3', fromMs: 100, status: 'CANCELLED', end: [] },
  { job: '4', fromMs: 5_200, status: 'SUCCEEDED', end: [{ __typename: 'StreamGap', fromLine: 56, toLine: null }] },
];

/** A machine that is busy with something else must not miss what went by meanwhile: the recording waits for a look. */
const longestUnaskedMs = 200;

if (!isNightly) leftToNightly('recorded runs at their own pace', 'they last half a minute and differ only in pace');

describe.each(isNightly ? [1, 20] : [20])('a recorded run, at %i times its pace', (speed) => {
  it.each(runs)('of job $job comes out whole', async ({ job, fromMs, status, end }) => {
    await using replay = await replayRun();
    await using gateway = startGateway({
      providers: [{ name: 'files', kind: 'borg', url: replay.url, token: 'borgui_x', settleSeconds: 0.1 }],
      streams: { fastSeconds: 0.2 / speed, slowSeconds: 0.4 / speed },
    });
    let [at, before, asked, askedAt] = [fromMs, performance.now(), 0, fromMs];
    replay.goTo(at);
    const timer = setInterval(() => {
      if (replay.requests.length > asked) [asked, askedAt] = [replay.requests.length, at];
      const now = performance.now();
      at = Math.min(at + (now - before) * speed, askedAt + longestUnaskedMs);
      before = now;
      replay.goTo(at);
    }, 2);
    const client = await gateway.connect();
    const lines: { number: number | null; raw: string }[] = [];
    const rest: unknown[] = [];
    const variables = { id: globalId('BorgBackup', 'files', job) };
    for await (const { data } of client.iterate<RecordedLogSubscription>({ query: print(RecordedLog), variables })) {
      const event = data?.backupLog;
      if (event?.__typename === 'LogLinesAppended') lines.push(...event.lines);
      else rest.push(event);
    }
    clearInterval(timer);
    expect(lines.map(({ raw }) => raw)).toEqual(shownLines(job));
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
    expect(rest).toMatchObject([...end, { __typename: 'BackupFinished', backup: { status } }]);
  });
});
