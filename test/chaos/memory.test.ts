/** Answers without an end, from every product at once and to many who ask: what is held of them is bounded. */
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { floods } from '../support/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { collectGarbage } from '../support/gc.ts';
import { leftToNightly } from '../support/nightly.ts';
import { pointAt } from '../support/point-at.ts';

leftToNightly('subscribing and leaving again and again', 'it takes thousands of times to see a leak');

const askers = 24;
/** Of what is sent here a gateway without limits would hold some gigabytes. */
const limits = { listBytes: 4_000_000, requests: 2, breakerMinimumCalls: 10_000, breakerCalls: 10_000 };
/** Four products, two reads each, 4 MB: 32 MB. The rest is what both ends of the connections hold, which are all here. */
const maxGrowthBytes = 200_000_000;

const usedBytes = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

it('100 MB from each of four products, for 24 who ask for different pages, stay below a few reads of each', async () => {
  const still = { speed: 0, history: 20, demo: false };
  const sandboxes = await Promise.all([
    startBorgSandbox(still),
    startFlosumSandbox(still),
    startLabiiSandbox(still),
    startVProtectSandbox(still),
  ]);
  const proxies = await Promise.all(sandboxes.map(({ url }) => startFaultProxy(url)));
  const providers = sandboxes.map(({ config, url }, index) => ({
    ...(pointAt(config, url, proxies[index]?.url ?? '') as object),
    timeoutSeconds: 60,
    limits,
  }));
  const gateway = startGateway({ providers, limits: { requestSeconds: 120 } });
  await gateway.askText('{ backups(first: 1) { nodes { id } } }');
  for (const proxy of proxies) proxy.fail(floods('chunked'), { match: (method) => method === 'GET' });
  await collectGarbage();
  const before = usedBytes();
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, usedBytes());
  }, 1);
  const asked = Array.from({ length: askers }, (_, index) =>
    gateway.askText(`{ backups(first: ${index + 1}) { problems { code } } }`),
  );
  for (const { data } of await Promise.all(asked)) {
    const { backups } = data as { backups: { problems: { code: string }[] } };
    expect(new Set(backups.problems.map(({ code }) => code))).toEqual(new Set(['PROVIDER_INVALID_RESPONSE']));
  }
  clearInterval(sampling);
  const sent = proxies.flatMap(({ requests }) => requests).filter(({ fault }) => fault !== null).length;
  process.stdout.write(`memory: ${sent} answers of 100 MB, grown by at most ${Math.round((peak - before) / 1e6)} MB\n`);
  expect(peak - before).toBeLessThan(maxGrowthBytes);
  await gateway[Symbol.asyncDispose]();
  for (const closing of [...proxies, ...sandboxes]) await closing.close();
});
