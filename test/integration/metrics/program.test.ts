/** The program with metrics, as an operator starts it. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { Exposition } from '../../support/exposition.ts';
import { writeConfig } from '../../support/main.ts';
import { startMeasuredGateway } from '../../support/measured.ts';
import { start } from '../../support/process.ts';

const configOf = (port: number) => `
providers:
  - { name: files, kind: borg, url: "http://127.0.0.1:9", username: admin, password: secret }
metrics: { port: ${port} }
`;

it('serves metrics on a listener of their own, and says where', async () => {
  const file = await writeConfig('metrics.yaml', configOf(0));
  await using running = start(['--config', file, '--port', '0']);
  const [, url = ''] = await running.untilPrinted(/^Metrics: (\S+)$/m);
  const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
  const scraped = new Exposition(await (await fetch(url)).text());
  expect(scraped.value('backplane_storage_up')).toBe(1);
  expect((await fetch(`${origin}/metrics`)).status).toBe(404);
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
});

it('does not start where their port is taken, and says what to change', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  const { port } = other.address() as AddressInfo;
  const file = await writeConfig('metrics.yaml', configOf(port));
  await using running = start(['--config', file, '--port', '0']);
  expect(await running.ended).toBe(1);
  expect(running.stderr()).toBe(`Cannot listen on port ${port}: EADDRINUSE. Choose another metrics.port.\n`);
  other.close();
});

it('has each metric in docs/observability.md, and documents no other', async () => {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  await using gateway = await startMeasuredGateway({ providers: [{ ...sandbox.config, expectEvery: '24h' }] });
  const { families } = await gateway.scrape();
  const text = await readFile('docs/observability.md', 'utf8');
  const documented = new Set(
    [...text.matchAll(/`((?:backplane|http|process|nodejs)_[a-z_]+)`/g)].map(([, name]) => name),
  );
  expect([...families.keys()].filter((name) => !documented.has(name))).toEqual([]);
  expect([...documented].filter((name) => !families.has(name ?? ''))).toEqual([]);
  await sandbox.close();
});
