/**
 * A Borg UI whose backups all run and get on with every look; it counts what it is asked. A program of its own.
 *
 * --backups N  So many run; 500 unless given.
 * --linesPerSecond N  Each backup prints so many lines, of which the last 500 are shown.
 * --startsPerSecond N  Backups also start all the time, and end; the first one runs on.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { announce } from './child-program.ts';
import { borgRow, repositoryRow } from './products/borg.ts';
import { runOf } from './products/history.ts';
import { credentials, repositoryCount } from './systems.ts';

/** What the driver takes: since its last look. */
export interface RunningControl {
  readonly lists: number;
  readonly statuses: number;
  readonly logs: number;
}

const startedMs = Date.now();
let control = { lists: 0, statuses: 0, logs: 0 };

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { backups: text, linesPerSecond: text, startsPerSecond: text } });
const runningCount = Number(values.backups ?? 500);
const collection = { id: 1, rows: runningCount, shiftMs: 0 };
const linesPerSecond = Number(values.linesPerSecond ?? 0);
const startsPerSecond = Number(values.startsPerSecond ?? 0);
/** How long one runs of those that start all the time. */
const lastsMs = 10_000;

function rowOf(id: number) {
  if (id === 1 || startsPerSecond === 0) return runningRow(id);
  const startedAtMs = startedMs + ((id - 1) / startsPerSecond) * 1000;
  const row = borgRow({ number: id, startedMs: startedAtMs, seconds: lastsMs / 1000, bytes: 1e9, outcome: 'good' });
  const isOver = startedAtMs + lastsMs <= Date.now();
  return isOver ? row : { ...row, status: 'running', completed_at: null, maintenance_status: null };
}

const newestId = (): number =>
  startsPerSecond === 0 ? runningCount : 1 + Math.floor(((Date.now() - startedMs) / 1000) * startsPerSecond);

function listJobs(repository: string | null, limit: number) {
  const rows: ReturnType<typeof rowOf>[] = [];
  for (let id = newestId(); id >= 1 && rows.length < limit; id--) {
    const row = rowOf(id);
    if (repository === null || row.repository === repository) rows.push(row);
  }
  return rows;
}

function runningRow(id: number) {
  const row = borgRow(runOf(collection, runningCount - id));
  const bytes = 1_000_000_000 + (Date.now() - startedMs) * 1000;
  const progress_details = {
    ...row.progress_details,
    current_file: `/srv/data/volume-${id}/part-${Math.floor(bytes / 1_000_000)}`,
    progress_percent: 12,
    total_expected_size: 900_000_000_000,
    original_size: bytes,
  };
  return { ...row, status: 'running', completed_at: null, error_message: null, progress_details };
}

/** With the time at which each is printed, so that a program that shows it can say how late. */
function newestLines() {
  const printed = Math.floor(((Date.now() - startedMs) / 1000) * linesPerSecond);
  const count = Math.min(printed, 500);
  const lines = Array.from({ length: count }, (_, index) => {
    const number = printed - count + index + 1;
    const atMs = startedMs + (number / linesPerSecond) * 1000;
    const event = { type: 'log_message', time: atMs / 1000, message: `file ${number} at ${Math.round(atMs)}` };
    return {
      line_number: index + 1,
      content: JSON.stringify({ ...event, levelname: 'INFO', name: 'borg.output.list' }),
    };
  });
  return { lines, total_lines: count, has_more: false };
}

/** Without starts nobody looks at what is protected. */
const toRepositories = () => ({
  repositories: Array.from({ length: startsPerSecond > 0 ? repositoryCount : 0 }, (_, place) => repositoryRow(place)),
});

function answer(url: URL): unknown {
  const { pathname, searchParams } = url;
  const id = Number(/\/(\d+)(?:\/logs)?$/.exec(pathname)?.[1]);
  if (pathname === '/control/take') {
    const taken = control;
    control = { lists: 0, statuses: 0, logs: 0 };
    return taken;
  }
  if (pathname === '/api/auth/login') return { access_token: credentials.token, token_type: 'bearer' };
  if (pathname === '/api/auth/me') return { id: 1, username: credentials.username, role: 'admin' };
  if (pathname === '/api/repositories/') return toRepositories();
  if (pathname === '/api/backup/jobs') {
    control.lists++;
    return { jobs: listJobs(searchParams.get('repository'), Number(searchParams.get('limit') ?? 50)) };
  }
  if (pathname.startsWith('/api/backup/status/')) {
    control.statuses++;
    return rowOf(id);
  }
  if (pathname.startsWith('/api/activity/backup/')) {
    control.logs++;
    return linesPerSecond > 0 ? newestLines() : { lines: [], total_lines: 0, has_more: false };
  }
  return null;
}

announce(
  createServer({ keepAliveTimeout: 600_000 }, (request: IncomingMessage, response: ServerResponse) => {
    const body = answer(new URL(request.url ?? '/', 'http://running'));
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }),
);
