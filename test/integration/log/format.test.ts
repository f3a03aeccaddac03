/** The form of log lines, as docs/audit-and-logs.md describes it. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toPretty } from '../../../src/observability/pretty.ts';
import { startGateway } from '../../support/gateway.ts';
import { captureLog } from '../../support/log-lines.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { start } from '../../support/process.ts';

const yaml = (format: string) => `
providers: [{ name: files, kind: borg, url: "http://127.0.0.1:9", username: a, password: "hidden-password" }]
log: { level: debug, format: ${format} }
`;

async function linesOf(format: string): Promise<string[]> {
  const file = await writeConfig('log.yaml', yaml(format));
  await using running = start(['--config', file, '--port', '0']);
  const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
  await ask(origin, 'query Mine { backups(first: 1) { nodes { id } problems { code } } }');
  running.child.kill('SIGTERM');
  await running.ended;
  return running
    .stderr()
    .split('\n')
    .filter((line) => line !== '');
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

it('is one JSON object per line, with the documented fields', async () => {
  const lines = (await linesOf('json')).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) {
    expect(line['time']).toMatch(time);
    expect(['trace', 'debug', 'info', 'warn', 'error']).toContain(line['level']);
    expect(line['msg']).toEqual(expect.any(String));
  }
  expect(lines.find(({ msg }) => msg === 'operation')).toMatchObject({ level: 'debug', requestId: expect.any(String) });
  expect(lines.find(({ provider }) => provider === 'files')).toMatchObject({
    level: 'warn',
    code: 'PROVIDER_UNAVAILABLE',
  });
  const text = await readFile('docs/audit-and-logs.md', 'utf8');
  for (const field of ['time', 'level', 'msg', 'requestId', 'err']) expect(text).toContain(`| \`${field}\` |`);
});

it('is text for people where pretty is configured', async () => {
  const lines = await linesOf('pretty');
  expect(lines.some((line) => /^\S+Z WARN {2}a provider cannot be reached .*provider="files"/.test(line))).toBe(true);
  expect(lines.some((line) => /^\S+Z DEBUG operation .*name="Mine"/.test(line))).toBe(true);
});

it('has the stack of an error, and no line that a message begins', () => {
  const line = { time: 'T', level: 'error', msg: 'one\ntwo', a: 'x\ny', err: { stack: 'Error: e\n    at f' } };
  expect(toPretty(JSON.stringify(line))).toBe('T ERROR one two a="x\\ny"\n    Error: e\n        at f\n');
});

it('has names of levels in this process as well', async () => {
  await using gateway = startGateway({
    providers: [{ name: 'files', kind: 'borg', url: 'http://127.0.0.1:9', username: 'a', password: 'b' }],
  });
  const log = captureLog(gateway.app);
  gateway.app.log.warn({ err: new Error('planted') }, 'a test');
  expect(log.lines[0]).toMatchObject({ level: 'warn', msg: 'a test', err: { type: 'Error', message: 'planted' } });
});
