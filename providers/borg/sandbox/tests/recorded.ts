import { describe, expect, it } from 'vitest';
import {
  type Ask,
  accounting,
  activity,
  ask,
  contents,
  events,
  type Json,
  type Lines,
  login,
  type Recorded,
  type Reply,
  type Row,
  recording,
  research,
  start,
  startBackup,
  status,
} from '../../../../test/support/borg-sandbox.ts';
import type { BorgSandbox } from '../contract.ts';

const recorded = recording('observed') as readonly Recorded[];

/** Asks in the order of the recording. A string is a plain request with the administrator's token. */
async function replay(sandbox: BorgSandbox): Promise<Reply[]> {
  const replies: Reply[] = [];
  const add = async (route: string, how: Ask = {}) => replies.push(await ask<unknown>(sandbox, route, how));
  const wait = (seconds: number) => sandbox.clock.advance(seconds * 1000);
  const run = 'POST /api/backup/start';
  const signIn = 'POST /api/auth/login';
  const { username, password } = sandbox.config;
  await add(signIn, { token: null, form: { username, password: 'no' } });
  await add(signIn, { token: null, json: { username, password } });
  const welcome = await login(sandbox);
  replies.push(welcome);
  const token = welcome.body.access_token;
  await add('GET /api/backup/jobs', { token: null });
  await add('GET /api/backup/jobs', { token: 'nonsense' });
  await add('GET /api/backup/jobs', { token: null, headers: { authorization: `bearer ${token}` } });
  await add('GET /api/backup/jobs', { token });
  await add('GET /api/backup/jobs', { token, headers: { 'x-borg-authorization': 'Bearer nonsense' } });
  await add('GET /api/auth/me', { token });
  await add(run, { json: { repository: null } });
  await add(run, { json: { repository: 5 } });
  await add(run);
  await add(run, { json: { repository: '/nope' } });
  await add('GET /api/backup/status/1');
  await add('GET /api/backup/logs/1/stream');
  await add('GET /api/backup/status/999');
  await add('GET /api/backup/status/abc');
  await add('POST /api/backup/cancel/999');
  await add('POST /api/backup/cancel/1');
  await add('GET /api/backup/logs/999/stream');
  await add('GET /api/backup/logs/999/download');
  await add('GET /api/backup/logs/1/download', { token: null });
  await add(`GET /api/backup/logs/1/download?token=${token}`, { token: null });
  await add('GET /api/nothing');
  await add('GET /api/backup/start');
  await add('GET /api/repositories/');
  await add('GET /api/repositories');
  await add(run, { json: { repository: accounting } });
  await add('GET /api/backup/status/2');
  for (const repository of [accounting, research, '/nope']) await add(run, { json: { repository } });
  wait(2);
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/jobs');
  await add('GET /api/backup/logs/2/stream');
  await add('GET /api/activity/backup/2/logs');
  await add('GET /api/activity/backup/2/logs?offset=3');
  await add('GET /api/backup/logs/2/download');
  wait(3);
  await add('POST /api/backup/cancel/2');
  await add('GET /api/backup/status/2');
  await add('POST /api/backup/cancel/2');
  wait(6);
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/logs/2/stream');
  await add('GET /api/backup/logs/2/stream?offset=2');
  await add('GET /api/backup/logs/2/stream?offset=500');
  await add('GET /api/activity/backup/2/logs');
  await add('POST /api/backup/jobs/2/retry');
  wait(60);
  await add(run, { json: { repository: accounting } });
  wait(60);
  await add('GET /api/backup/status/4');
  await add('GET /api/backup/logs/4/stream');
  await add('GET /api/activity/backup/4/logs');
  await add('GET /api/backup/logs/4/download');
  for (const outcome of ['warnings', 'failed'] as const) {
    const id = outcome === 'warnings' ? 5 : 6;
    sandbox.nextRun({ outcome });
    await add(run, { json: { repository: accounting } });
    wait(60);
    await add(`GET /api/backup/status/${id}`);
    await add(`GET /api/backup/logs/${id}/stream`);
    await add(`GET /api/activity/backup/${id}/logs?limit=3`);
    await add(`GET /api/backup/logs/${id}/download`);
  }
  await add('POST /api/backup/jobs/4/retry');
  await add('GET /api/backup/jobs?limit=0');
  await add('GET /api/backup/jobs?limit=x');
  await add('GET /api/activity/recent?limit=1');
  await add('POST /api/settings/tokens', { json: { name: 'gw' } });
  await add('GET /api/backup/jobs?limit=0');
  await add('GET /api/events/stream');
  await add('GET /api/events/stream', { token: null });
  for (let failure = 1; failure < 5; failure += 1) await login(sandbox, { password: 'no' });
  await add(signIn, { token: null, form: { username, password: 'no' } });
  await add('POST /api/auth/logout', { token });
  await add('GET /api/backup/jobs?limit=0', { token });
  return replies;
}

/** The kinds of all values by their path; only the first entry of a list counts, and null goes with anything. */
function shapeOf(value: unknown, path = '$'): Record<string, string> {
  if (value === null || typeof value !== 'object') return { [path]: value === null ? 'null' : typeof value };
  if (Array.isArray(value)) return { [path]: 'list', ...(value.length > 0 ? shapeOf(value[0], `${path}[]`) : {}) };
  const fields = Object.entries(value).map(([name, field]) => shapeOf(field, `${path}.${name}`));
  return Object.assign({ [path]: 'object' }, ...fields) as Record<string, string>;
}

function expectSameShape(actual: unknown, wanted: unknown, name: string): void {
  const [given, known] = [shapeOf(actual), shapeOf(wanted)];
  expect(Object.keys(given).sort(), name).toEqual(Object.keys(known).sort());
  for (const [path, kind] of Object.entries(known)) {
    if (kind !== 'null' && given[path] !== 'null') expect(given[path], `${name} ${path}`).toBe(kind);
  }
}

const told = [
  'id',
  'job_id',
  'status',
  'progress',
  'error_message',
  'message',
  'triggered_by',
  'has_more',
  'process_terminated',
];

describe('the recorded program', () => {
  it('answers all 74 recorded requests as it did', async () => {
    await using sandbox = await start({ repositories: 2 });
    const replies = await replay(sandbox);
    const wanted = JSON.parse(JSON.stringify(recorded).replaceAll('/data/repo1', accounting)) as Recorded[];
    expect(replies).toHaveLength(wanted.length);
    for (const [index, { label, status: code, headers = {}, body }] of wanted.entries()) {
      const reply = replies[index] as Reply;
      const name = `${index} ${label}`;
      expect(reply.status, name).toBe(code);
      expect(reply.headers, name).toMatchObject(headers);
      if (code >= 400) expect(reply.body, name).toEqual(body);
      else expectSameShape(reply.body, body, name);
      if (code >= 400 || typeof body !== 'object') continue;
      for (const field of told.filter((one) => one in (body as Json))) {
        expect((reply.body as Json)[field], `${name} ${field}`).toEqual((body as Json)[field]);
      }
    }
  });

  it('keeps the pace of the recorded run', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 12, totalBytes: 2_400_000_000 });
    const id = await startBackup(sandbox);
    const seen: Row[] = [];
    for (let asked = 0; asked < 14; asked += 1) {
      seen.push(await status(sandbox, id));
      sandbox.clock.advance(800);
    }
    const running = seen.filter((row) => row.status === 'running').map((row) => row.progress_details.progress_percent);
    expect(new Set(running).size).toBe(5);
    expect(running.slice(0, 5)).toEqual([0, 1, 1, 1, 1]);
    expect(seen.map(({ progress }) => progress).slice(1)).toEqual(Array(13).fill(1));
    sandbox.clock.advance(2000);
    expect(await status(sandbox, id)).toMatchObject({
      status: 'completed',
      progress: 100,
      error_message: null,
      progress_details: {
        progress_percent: 100,
        original_size: 0,
        nfiles: 0,
        total_expected_size: 2_400_096_256,
      },
    });
  });
});

describe('the lines of Borg', () => {
  const realRun = recording('real-run') as readonly { label: string; status: number; reply: Lines }[];
  const logs = realRun.filter(({ label, status: code }) => label === 'activity log' && code === 200);
  const fields = (lines: Lines) => events(lines).map((event) => Object.keys(event));
  const longest = (part: typeof logs) => part.toSorted((a, b) => b.reply.total_lines - a.reply.total_lines)[0]?.reply;

  it('have the fields of the real ones in the same order, to the two of a cancel', async () => {
    const real = longest(logs.filter(({ reply }) => contents(reply).at(-1)?.includes('rc 143')));
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(4000);
    await ask(sandbox, `POST /api/backup/cancel/${id}`);
    const given = fields(await activity(sandbox, id));
    const wanted = real ? fields(real) : [];
    expect(wanted.length).toBe(22);
    expect(given.slice(0, 8)).toEqual(wanted.slice(0, 8));
    expect(given.slice(-3)).toEqual(wanted.slice(-3));
  });
});
