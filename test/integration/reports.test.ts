/** Reports as files, over a port. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFour } from '../support/all-four.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus } from '../support/faults.ts';
import { aToken, startGateway } from '../support/gateway.ts';
import { pointAt } from '../support/point-at.ts';
import { parseCsv, type Row, toRows } from '../support/report-rows.ts';
import { eager, untilComplete } from '../support/stored-history.ts';
import { hangMs, until } from '../support/timing.ts';

describe.each([true, false])('reports of four products, history: %s', (hasHistory) => {
  let fixture: Awaited<ReturnType<typeof startFour>>;
  let origin = '';
  beforeAll(async () => {
    fixture = await startFour({}, hasHistory ? { history: eager } : {});
    if (hasHistory) await untilComplete(fixture.gateway);
    origin = await fixture.gateway.listen();
  }, hangMs);
  afterAll(() => fixture[Symbol.asyncDispose]());
  const get = (path: string) => fetch(`${origin}/reports/${path}`);

  test('have every backup of the list, each once, in its order', async () => {
    const listed: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await fixture.gateway.askText(
        'query ($after: String) { backups(first: 200, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      const { nodes, pageInfo } = (
        data as { backups: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
      ).backups;
      listed.push(...nodes.map(({ id }) => id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    fixture.requests();
    const response = await get('backups.jsonl');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/jsonl',
      'content-disposition': 'attachment; filename="backups.jsonl"',
      'backplane-as-of': expect.stringMatching(/^\d{4}-.*Z$/),
      'x-request-id': expect.any(String),
      'cache-control': 'no-store',
    });
    const rows = toRows(await response.text());
    expect(rows.map(({ id }) => id)).toEqual(listed);
    expect(listed.length).toBeGreaterThan(300);
    expect(Object.values(fixture.requests()).flat().length > 0).toBe(!hasHistory);
    const csv = parseCsv(await (await get('backups.csv')).text());
    expect(csv[0]).toEqual(Object.keys(rows[0] as Row));
    expect(csv.slice(1).map(([id]) => id)).toEqual(listed);
    expect(new Set(csv.map(({ length }) => length))).toEqual(new Set([csv[0]?.length]));
  });

  test('have the filters of the list, and refuse what is none of them before the first byte', async () => {
    const query =
      'providers=files&providers=machines&statuses=FAILED&statuses=SUCCEEDED&startedAfter=2026-11-01T00:00:00Z';
    const rows = toRows(await (await get(`backups.jsonl?${query}`)).text());
    const { data } = await fixture.gateway.askText(`{ backups(first: 200, filter: {
      providers: ["files", "machines"], statuses: [FAILED, SUCCEEDED], startedAfter: "2026-11-01T00:00:00Z" }) { nodes { id } } }`);
    expect(rows.map(({ id }) => id)).toEqual((data as { backups: { nodes: Row[] } }).backups.nodes.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(0);
    const own = toRows(await (await get('backups.jsonl?kinds=VPROTECT&vprotect.entityType=VM')).text());
    expect(new Set(own.map(({ product }) => product))).toEqual(new Set(['VPROTECT']));
    expect(own.length).toBeGreaterThan(0);
    fixture.requests();
    for (const [bad, message] of [
      ['status=FAILED', 'There is no parameter "status". There are: maxAgeSeconds,'],
      ['statuses=failed', 'Value "failed" does not exist in "BackupStatus" enum. Did you mean'],
      ['startedAfter=yesterday', 'A DateTime is RFC 3339 text'],
      ['startedAfter=2026-11-01T00:00:00Z&startedAfter=2026-11-02T00:00:00Z', 'it has one value'],
      ['providers=nobody', 'There is no provider "nobody"'],
      ['minStoredBytes=many', 'ByteCount'],
      ['entities=x', 'something that is no id'],
      ['vprotect.onlyMountable=1', 'Boolean'],
      ['maxAgeSeconds=-1', 'whole number from 0'],
      ['borg.backupPlanId=1', 'is left out'],
    ]) {
      const response = await get(`backups.csv?${bad}`);
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message as string)]);
    }
    expect(Object.values(fixture.requests()).flat()).toEqual([]);
    expect((await get('restores.csv')).status).toBe(404);
    expect((await fetch(`${origin}/reports/backups.csv`, { method: 'POST' })).status).toBe(405);
  });

  test('of protection have every entity with its state, and the filters of the list', async () => {
    const response = await get('protection.csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('backplane-as-of')).toMatch(/Z$/);
    const [head = [], ...lines] = parseCsv(await response.text());
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    const { data } = await fixture.gateway.askText(
      '{ protectedEntities(first: 200) { nodes { id name protection { status lastSuccessAt } } } }',
    );
    interface Node {
      readonly id: string;
      readonly name: string;
      readonly protection: { readonly status: string; readonly lastSuccessAt: string | null };
    }
    const { nodes } = (data as { protectedEntities: { nodes: Node[] } }).protectedEntities;
    expect(column('id')).toEqual(nodes.map(({ id }) => id));
    expect(column('name')).toEqual(nodes.map(({ name }) => name));
    expect(column('status')).toEqual(nodes.map(({ protection }) => protection.status));
    expect(column('lastSuccessAt')).toEqual(nodes.map(({ protection }) => protection.lastSuccessAt ?? ''));
    const [, ...never] = parseCsv(await (await get('protection.csv?protection=NEVER_BACKED_UP&kinds=VPROTECT')).text());
    expect(never.map((line) => line[head.indexOf('id')])).toEqual(
      lines
        .filter(
          (line) => line[head.indexOf('status')] === 'NEVER_BACKED_UP' && line[head.indexOf('product')] === 'VPROTECT',
        )
        .map((line) => line[head.indexOf('id')]),
    );
    const bad = await get('protection.csv?statuses=FAILED');
    expect([bad.status, await bad.text()]).toEqual([
      400,
      expect.stringContaining('There are: kinds, labels, lastSuccessBefore'),
    ]);
  });

  test('of protection are refused while a product does not list its entities', async () => {
    fixture.labii.outage = true;
    try {
      const response = await get('protection.csv');
      expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('labii')]);
    } finally {
      fixture.labii.outage = false;
    }
  });

  test('are refused if rows would be left out since a product does not tell a value', async () => {
    const response = await get('backups.csv?triggers=MANUAL&providers=salesforce');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('it does not report the trigger'),
    ]);
    expect((await get('backups.csv?triggers=MANUAL&triggers=UNKNOWN&providers=salesforce')).status).toBe(200);
  });

  test('are refused while a product is down, unless what was stored is new enough', async () => {
    fixture.vprotect.outage = 503;
    try {
      const live = await get('backups.csv?maxAgeSeconds=0');
      expect([live.status, await live.text()]).toEqual([503, expect.stringContaining('machines')]);
      const stored = await get('backups.csv?providers=machines');
      expect(stored.status).toBe(hasHistory ? 200 : 503);
      await stored.text();
    } finally {
      fixture.vprotect.outage = null;
    }
  });
});

test('a report of a product that fails in the middle is cut, so that no client takes it for whole', async () => {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 900 });
  await using proxy = await startFaultProxy(sandbox.url);
  await using gateway = startGateway({ providers: [pointAt(sandbox.config, sandbox.url, proxy.url) as object] });
  const url = `${await gateway.listen()}/reports/backups.csv`;
  try {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    const save = (file: string) =>
      promisify(execFile)('curl', ['--silent', '--fail', '--remove-on-error', '--output', file, url]);
    const whole = join(folder, 'whole.csv');
    await save(whole);
    expect(parseCsv(readFileSync(whole, 'utf8')).length).toBeGreaterThan(900);
    let lists = 0;
    const fault = proxy.fail(answersStatus(500), { match: (_, path) => path === '/api/backup/jobs' && ++lists > 2 });
    const part = join(folder, 'part.csv');
    // 18: a partial file.
    await expect(save(part)).rejects.toMatchObject({ code: 18 });
    expect(existsSync(part)).toBe(false);
    fault.stop();
    await save(part);
    expect(readFileSync(part, 'utf8')).toBe(readFileSync(whole, 'utf8'));
  } finally {
    await sandbox.close();
  }
});

test('a report of protection says UNKNOWN and why, and is refused if that could hide an entity', async () => {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 30 });
  await using proxy = await startFaultProxy(sandbox.url);
  await using gateway = startGateway({ providers: [pointAt(sandbox.config, sandbox.url, proxy.url) as object] });
  const url = `${await gateway.listen()}/reports/protection.csv`;
  try {
    proxy.fail(answersStatus(500), { match: (_, path) => path === '/api/backup/jobs' });
    const [head = [], ...lines] = parseCsv(await (await fetch(url)).text());
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line[head.indexOf('status')]).toBe('UNKNOWN');
      expect(line[head.indexOf('problem')]).toContain('files');
    }
    for (const query of ['protection=OVERDUE', 'lastSuccessBefore=2026-01-01T00:00:00Z']) {
      const response = await fetch(`${url}?${query}`);
      expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('files')]);
    }
    expect(parseCsv(await (await fetch(`${url}?protection=UNKNOWN`)).text())).toHaveLength(lines.length + 1);
  } finally {
    await sandbox.close();
  }
});

test('a report needs a token, sees what its viewer sees, and counts as an operation of it', async () => {
  await using fixture = await startFour(
    {},
    {
      auth: { tokens: [aToken('rita', { role: 'READER', providers: ['files'] }), aToken('chief')] },
      limits: { operations: 1, requestsPerMinute: 4 },
    },
  );
  const origin = await fixture.gateway.listen();
  const get = (token: string | null, path = 'backups.jsonl') =>
    fetch(`${origin}/reports/${path}`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  expect((await get(null)).status).toBe(401);
  expect((await get('nobody')).status).toBe(401);
  const rows = toRows(await (await get('rita')).text());
  expect(new Set(rows.map(({ provider }) => provider))).toEqual(new Set(['files']));
  fixture.requests();
  const hidden = await get('rita', 'backups.jsonl?providers=machines');
  expect([hidden.status, await hidden.text()]).toEqual([
    400,
    expect.stringContaining('There is no provider "machines"'),
  ]);
  expect(Object.values(fixture.requests()).flat()).toEqual([]);
  const statuses = await Promise.all([get('chief'), get('chief')]);
  expect(statuses.map(({ status }) => status).sort()).toEqual([200, 429]);
  await Promise.all(statuses.map((response) => response.text()));
  await until(async () => (await get('chief')).status === 429, 'too many requests in this minute');
});

test('the example of the document saves a report with one command', async () => {
  await using fixture = await startFour({}, { auth: { tokens: [aToken('rita', { role: 'READER' })] } });
  const [, command = ''] = /```sh\n(curl .*)\n```/.exec(readFileSync('docs/reports.md', 'utf8')) ?? [];
  const cwd = mkdtempSync(join(tmpdir(), 'report-'));
  const here = command.replace('http://127.0.0.1:4000', await fixture.gateway.listen());
  await promisify(execFile)('sh', ['-c', here], { cwd, env: { ...process.env, TOKEN: 'rita' } });
  const [head = [], ...lines] = parseCsv(readFileSync(join(cwd, 'failed.csv'), 'utf8'));
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines.map((line) => line[head.indexOf('status')]))).toEqual(new Set(['FAILED']));
});
