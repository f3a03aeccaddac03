/** A server that says what the real Borg UI once said: one recorded reply for everything, or a recorded run in its order. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedReply {
  readonly label: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface RecordedCall {
  /** Milliseconds since the first call of the recording. */
  readonly atMs: number;
  readonly label: string;
  /** `GET /api/backup/status/3` */
  readonly request: string;
  readonly status: number;
  readonly reply: unknown;
}

const readFixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/borg/${name}.json`, import.meta.url), 'utf8'));

export const observedReplies = readFixture('observed') as readonly RecordedReply[];
export const recordedRun = readFixture('real-run') as readonly RecordedCall[];

export function observed(label: string): RecordedReply {
  const reply = observedReplies.find((one) => one.label === label);
  if (!reply) throw new Error(`nothing was recorded as "${label}"`);
  return reply;
}

export interface Replay extends AsyncDisposable {
  readonly url: string;
  /** `GET /api/…`, as they came. */
  readonly requests: string[];
}

/** Answers everything with one recorded reply. */
export async function replayOne({ status, headers, body }: RecordedReply): Promise<Replay> {
  return serve(() => ({ status, headers: headers ?? {}, body }));
}

export interface RunReplay extends Replay {
  /** Moves on to what the server said at this time of the recording. */
  goTo(atMs: number): void;
}

/** Answers each call with the newest reply that had been recorded for it by then. */
export async function replayRun(): Promise<RunReplay> {
  let nowMs = 0;
  const newest = (request: string) => recordedRun.findLast((call) => call.request === request && call.atMs <= nowMs);
  const replay = await serve((request) => {
    if (request === 'GET /api/repositories/') return ok({ repositories: [{ path: '/srv/borg/beta', name: 'beta' }] });
    if (request.startsWith('GET /api/backup/jobs?')) return ok({ jobs: jobsAt(newest) });
    const said = newest(request) ?? restOfLog(request, newest);
    return said ? { ...ok(said.reply), status: said.status } : { ...ok({ detail: 'Not Found' }), status: 404 };
  });
  return Object.assign(replay, {
    goTo(atMs: number) {
      nowMs = atMs;
    },
  });
}

/** A stored log was recorded from two of its lines on; from any other it is what the whole one has after that. */
function restOfLog(request: string, newest: (request: string) => RecordedCall | undefined): RecordedCall | undefined {
  const [, path = '', offset = '0'] = /^(.*\/stream\?offset=)(\d+)$/.exec(request) ?? [];
  const whole = newest(`${path}0`);
  const { lines = [] } = (whole?.reply ?? {}) as { readonly lines?: readonly unknown[] };
  return whole && { ...whole, reply: { ...(whole.reply as object), lines: lines.slice(Number(offset)) } };
}

/** The list was recorded only at the end of each run. Until then a row is the status of then, and the name of the end. */
function jobsAt(newest: (request: string) => RecordedCall | undefined): unknown[] {
  const ends = recordedRun.filter(({ label }) => label === 'jobs').flatMap(({ reply }) => (reply as JobsReply).jobs);
  return [4, 3].flatMap((id) => {
    const status = newest(`GET /api/backup/status/${id}`)?.reply as object | undefined;
    const end = ends.find((job) => job.id === id);
    return status && end ? [{ ...status, has_logs: true, scheduled_job_id: null, archive_name: end.archive_name }] : [];
  });
}

interface JobsReply {
  readonly jobs: readonly { readonly id: number; readonly archive_name: string }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, headers: {}, body });

async function serve(answer: (request: string) => Answer): Promise<Replay> {
  const requests: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    const { status, headers, body } = answer(line);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    request
      .resume()
      .on('end', () => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
