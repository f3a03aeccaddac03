/** Numbers of a product that no answer can say: unreadable values of that product, and no error for the client. */
import { expect, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { endToEnd, type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { partOf } from '../support/office.ts';
import { pointAt } from '../support/point-at.ts';

/** The real answer with other text in the place of what matches. */
const rewrites = (pattern: RegExp, text: string): Fault => ({
  name: `writes ${text}`,
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const body = Buffer.from(Buffer.concat(parts).toString().replace(pattern, text));
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'content-length': body.length });
    response.end(body);
  },
});

async function startBehindProxy(sandbox: Sandbox) {
  const proxy = await startFaultProxy(sandbox.url);
  const gateway = startGateway({ providers: [pointAt(sandbox.config, sandbox.url, proxy.url) as object] });
  return {
    proxy,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

const options = { speed: 0, demo: false, history: 5 } as const;

it.each([3_000_000_000, 2 ** 53 - 1])('a total of %d backups is not counted', async (total) => {
  await using fixture = await startBehindProxy(await startFlosumSandbox(options));
  using _ = fixture.proxy.fail(rewrites(/"total":\d+/, `"total":${total}`), {
    match: (_method, path) => path.endsWith('/backups'),
  });
  const { data, errors } = await fixture.gateway.askText('{ backups(first: 1) { totalCount nodes { id } } }');
  expect(errors).toBeUndefined();
  expect(data?.['backups']).toMatchObject({ totalCount: null, nodes: [{}] });
});

it.each(['1e308', '-1', '1e17'])('a speed of %s MiB a second is left out, and the row is named', async (speed) => {
  const sandbox = await startBorgSandbox(options);
  const id = sandbox.startOutside('/backups/research', { script: { durationSeconds: 1000 } });
  sandbox.clock.advance(5_000);
  await using fixture = await startBehindProxy(sandbox);
  using _ = fixture.proxy.fail(rewrites(/"backup_speed":[\d.]+/g, `"backup_speed":${speed}`));
  const { data, errors } = await fixture.gateway.askText(
    '{ backups(first: 1) { nodes { externalId progress { bytesPerSecond } } problems { code message } } }',
  );
  expect(errors).toBeUndefined();
  const page = data?.['backups'] as { problems: { message: string }[] };
  expect(page).toMatchObject({ nodes: [{ externalId: String(id), progress: { bytesPerSecond: null } }] });
  expect(page.problems.map(({ message }) => message).join()).toContain('"progress_details.backup_speed" of');
});

it.each([
  ['counts { count }', /"count":\d+/, '"count":3000000000'],
  ['counts { totalBytes }', /"totalSize":\d+/, '"totalSize":-1'],
  ['sizes { at }', /"date":\d+/, '"date":1e20'],
  ['sizes { bytes }', /"size":\d+/, '"size":-5'],
  ['durations { exportSeconds }', /"averageExportTime":[\d.]+/, '"averageExportTime":-1'],
  ['exportRates { at bytesPerSecond }', /"time":\d+/, '"time":-1e18'],
])('figures that vProtect computes itself are null where one of them is absurd: %s', async (field, pattern, text) => {
  const sandbox = await startVProtectSandbox({ ...options, history: 40 });
  await using fixture = await startBehindProxy(sandbox);
  const id = globalId('VProtectEntity', 'machines', vprotectGuid('machine', 1));
  const read = async () => {
    const { data, errors } = await fixture.gateway.askText(
      `{ node(id: "${id}") { ... on VProtectEntity { it: reportedStatistics(from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z") { it: ${field} } } } }`,
    );
    expect(errors).toBeUndefined();
    return partOf<{ it: { it: unknown[] | null } }>(data, 'node').it.it;
  };
  expect((await read())?.length).toBeGreaterThan(0);
  using _ = fixture.proxy.fail(rewrites(pattern, text));
  expect(await read()).toBeNull();
});
