/** The program with traces, as an operator starts it. */
import { expect, it } from 'vitest';
import { startCollector } from '../../support/collector.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { start } from '../../support/process.ts';

it('sends traces, also those of its last moment, and ends', async () => {
  await using collector = await startCollector();
  const file = await writeConfig(
    'tracing.yaml',
    `providers: [{ name: files, kind: borg, url: "http://127.0.0.1:9", username: admin, password: secret }]
tracing: { url: "${new URL(collector.url).origin}", headers: { authorization: Bearer abc } }
`,
  );
  await using running = start(['--config', file, '--port', '0']);
  const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
  await ask(origin, '{ backups(first: 1) { problems { code } } }');
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  const [request] = collector.spans.filter(({ kind }) => kind === 'server');
  expect(request && collector.treeOf(request).slice(0, 3)).toEqual([
    'POST /graphql',
    '  query',
    '    files listBackups',
  ]);
  expect(collector.spans.find(({ name }) => name === 'files listBackups')).toMatchObject({
    isError: true,
    attributes: { 'error.type': 'PROVIDER_UNAVAILABLE' },
  });
  expect(collector.server.headers[0]).toMatchObject({ authorization: 'Bearer abc' });
  expect(running.stderr()).toContain('"trace_id":"');
});
