/**
 * A Borg UI whose backups all run and get on with every look; it counts what it is asked. A program of its own. With the
 * argument `lines`, each backup prints ten lines a second, and the last 500 are shown.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { announce } from './child-program.ts';
import { borgRow } from './products/borg.ts';
import { runOf } from './products/history.ts';
import { credentials } from './systems.ts';

/** What the driver takes: since its last look. */
export interface RunningControl {
  readonly lists: number;
  readonly statuses: number;
  readonly logs: number;
}

export const runningCount = 500;
const startedMs = Date.now();
const collection = { id: 1, rows: runningCount, shiftMs: 0 };
let control = { lists: 0, statuses: 0, logs: 0 };

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

const hasLines = process.argv[2] === 'lines';
const linesPerSecond = 10;

function newestLines() {
  const printed = Math.floor(((Date.now() - startedMs) / 1000) * linesPerSecond);
  const count = Math.min(printed, 500);
  const lines = Array.from({ length: count }, (_, index) => {
    const number = printed - count + index + 1;
    const event = { type: 'log_message', time: startedMs / 1000 + number / linesPerSecond, message: `file ${number}` };
    return {
      line_number: index + 1,
      content: JSON.stringify({ ...event, levelname: 'INFO', name: 'borg.output.list' }),
    };
  });
  return { lines, total_lines: count, has_more: false };
}

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
  if (pathname === '/api/repositories/') return { repositories: [] };
  if (pathname === '/api/backup/jobs') {
    control.lists++;
    const count = Math.min(Number(searchParams.get('limit') ?? 50), runningCount);
    return { jobs: Array.from({ length: count }, (_, index) => runningRow(runningCount - index)) };
  }
  if (pathname.startsWith('/api/backup/status/')) {
    control.statuses++;
    return runningRow(id);
  }
  if (pathname.startsWith('/api/activity/backup/')) {
    control.logs++;
    return hasLines ? newestLines() : { lines: [], total_lines: 0, has_more: false };
  }
  return null;
}

announce(
  createServer({ keepAliveTimeout: 600_000 }, (request: IncomingMessage, response: ServerResponse) => {
    const body = answer(new URL(request.url ?? '/', 'http://running'));
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }),
);
