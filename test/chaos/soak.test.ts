/**
 * Random faults on all products, with clients that list, start, watch and cancel, and a gateway that is killed on the
 * way. At the end every start, cancel and log line is accounted for. `npm run chaos` does it for minutes, with another
 * seed each time; `.ci/nightly` runs it as well.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSocket } from '../../examples/graphql-ws/socket.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { hangMs } from '../support/timing.ts';
import { list, type Scene, start } from './soak-clients.ts';
import { seeded, startStorm } from './soak-faults.ts';
import { startSoakGateway } from './soak-gateway.ts';
import { startProducts } from './soak-products.ts';
import { checkCancels, checkLogs, checkStarts, createRecords } from './soak-records.ts';

// Node 20 has none of its own.
globalThis.WebSocket ??= WebSocket as never;

const minutes = process.env['CHAOS_MINUTES'];
const seconds = minutes === undefined ? 14 : Number(minutes) * 60;
const seed = Number(process.env['CHAOS_SEED'] ?? (minutes === undefined ? 7 : Date.now() % 1_000_000));
/** Between two kills. */
const lifeSeconds = minutes === undefined ? 5 : 20;

leftToNightly('random faults on all products', 'test/chaos has each fault by itself');

it.runIf(isNightly || minutes !== undefined)(
  `every start, cancel and log line is accounted for after ${seconds} s of faults and kills (seed ${seed})`,
  async () => {
    const products = await startProducts();
    await using gateway = await startSoakGateway(products);
    const follower = createSocket(gateway.url);
    const records = createRecords();
    const watching: Promise<void>[] = [];
    const endsAt = performance.now() + seconds * 1000;
    const isOver = () => performance.now() >= endsAt;
    const scene: Scene = { gateway, records, follower, isOver, watching };

    const storm = startStorm(products, seed);
    const clients = [list(scene), list(scene)];
    for (const [index, product] of products.entries()) {
      for (const [number, entity] of product.entities.entries()) {
        clients.push(start(scene, product, entity, seeded(seed * 97 + index * 10 + number)));
      }
    }
    const random = seeded(seed);
    while (!isOver()) {
      await pause(Math.min(lifeSeconds * 1000 * (0.5 + random()), Math.max(0, endsAt - performance.now())));
      if (!isOver()) await gateway.killAndRestart();
    }
    storm.stop();
    await Promise.all(clients);
    await Promise.all(watching);

    const [starts, cancels, logs] = [checkStarts(records), checkCancels(records), await checkLogs(records)];
    const report = {
      seed,
      seconds,
      kills: gateway.kills,
      ...storm.counts(),
      upstreamRequests: products.reduce((sum, { proxy }) => sum + proxy.requests.length, 0),
      peakMegabytes: Math.round(gateway.peakBytes() / 1e6),
      pages: records.pages,
      starts: { count: records.starts.length, ...starts.counts },
      cancels: cancels.counts,
      logs: logs.counts,
    };
    process.stdout.write(`report: ${JSON.stringify(report, null, 2)}\n`);
    const { faults } = records;
    expect([...faults, ...starts.faults, ...cancels.faults, ...logs.faults]).toEqual([]);
    expect(gateway.errors(), 'what the gateway logged as its own faults').toEqual([]);
    expect(report.starts.SUCCEEDED).toBeGreaterThan(0);
    expect(report.logs.watched).toBeGreaterThan(0);
    expect(report.hits).toBeGreaterThan(0);
    expect(report.kills).toBeGreaterThan(0);
    await follower.dispose();
    for (const product of products) await product[Symbol.asyncDispose]();
  },
  seconds * 1000 + 5 * hangMs,
);
