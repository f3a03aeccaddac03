/** Commands of several gateways on one PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { openStore } from '../../../src/commands/store.ts';
import { requireInTime, sendBefore } from '../../../src/core/send-before.ts';
import { checkStorage } from '../../../src/storage/maintenance.ts';
import { waitForStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { aToken, startGateway } from '../../support/gateway.ts';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { anOperation } from '../../support/replicas.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const open = (url: string, takeoverMs = 60_000) =>
  waitForStorage(url, { waitMs: 0, onWait: () => undefined, takeoverMs });
const neverABug = (error: unknown) => expect(error).toBeNull();

/** Two gateways' ledgers. `lose` makes others believe that the first one is lost. */
async function openTwo() {
  const url = await server.database();
  const [first, second] = [await open(url), await open(url)];
  const [lost, survivor] = [openStore(first), openStore(second)];
  return {
    url,
    lost,
    survivor,
    first,
    second,
    lose: () => run(url, `UPDATE backplane.replicas SET seen_at = 0 WHERE id = '${first.replica?.id}'`),
    async [Symbol.asyncDispose]() {
      for (const store of [lost, survivor]) await store.close();
      for (const storage of [first, second]) await storage.close();
    },
  };
}

const startText = `mutation ($entityId: ID!, $key: String) {
  startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {
    operation { id status } backup { id } message userErrors { code }
  }
}`;

describe('a key that three gateways get at once', () => {
  it('starts one backup, and every caller gets the same answer', async () => {
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const gateways = await Promise.all(
      [1, 2, 3].map(async () => startGateway({ providers: [sandbox.config], storage: await open(url) })),
    );
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        gateways[index % 3]?.askText(startText, { entityId: accounting, key: 'key' }),
      ),
    );
    expect(answers[0]).toMatchObject({ data: { startBackup: { operation: { status: 'SUCCEEDED' }, userErrors: [] } } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(startsOf(sandbox)).toBe(1);
    expect(await run(url, 'SELECT 1 FROM backplane.operations')).toHaveLength(1);
    const owner = (await checkStorage(url)).owner ?? '';
    expect(owner.split('; ')).toHaveLength(3);
    for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
    expect(await checkStorage(url)).toMatchObject({ owner: null });
    await sandbox.close();
  });
});

describe('the limit of mutations', () => {
  it('is one for all gateways, and for each viewer', async () => {
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const gateways = await Promise.all(
      [1, 2, 3].map(async () =>
        startGateway({
          providers: [sandbox.config],
          storage: await open(url),
          limits: { mutationsPerMinute: 10 },
          auth: { tokens: [aToken('ann'), aToken('bob')] },
        }),
      ),
    );
    const ask = (index: number, token: string) =>
      gateways[index % 3]
        ?.as(token)
        .askText('mutation { cancelBackup(input: { id: "none" }) { userErrors { code } } }');
    const beganAt = Date.now();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index, 'ann')));
    const refused = answers.filter((answer) => answer?.errors?.[0]?.extensions['code'] === 'RATE_LIMITED');
    // One more every six seconds.
    expect(refused.length).toBeGreaterThanOrEqual(20 - Math.ceil((Date.now() - beganAt) / 6_000));
    expect(refused.length).toBeLessThanOrEqual(20);
    expect(refused[0]?.errors?.[0]?.message).toMatch(/try again in \d+ s/);
    expect((await ask(0, 'bob'))?.errors).toBeUndefined();
    for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
    await sandbox.close();
  });
});

describe('a gateway that is lost', () => {
  it('cannot send what another one has taken over', async () => {
    await using two = await openTwo();
    const operation = anOperation();
    expect(await two.lost.insert(operation)).toBe(true);
    expect(await two.survivor.takeOver()).toEqual([]);
    await two.lose();
    expect(await two.survivor.takeOver()).toEqual([operation]);
    await expect(two.lost.update(operation.id, { sentAt: 1 })).rejects.toThrow(
      'another one has taken the command over',
    );
    expect(await two.survivor.find(operation.id)).toMatchObject({ sentAt: null });
    expect(two.lost.pending()).toEqual([]);
    expect(two.survivor.isOwn(operation.id)).toBe(true);
  });

  it('still tells what its product answered, and the other one stops looking', async () => {
    await using two = await openTwo();
    const operation = anOperation();
    await two.lost.insert(operation);
    await two.lost.update(operation.id, { sentAt: 1 });
    await two.lose();
    expect(await two.survivor.takeOver()).toMatchObject([{ id: operation.id, sentAt: 1 }]);
    // It goes on, and gets its answer.
    await two.lost.note(operation.id, { status: 'SUCCEEDED', backupId: '7' });
    const found = await two.survivor.note(operation.id, { status: 'OUTCOME_UNKNOWN' });
    expect(found).toMatchObject({ status: 'SUCCEEDED', backupId: '7' });
    expect(await two.survivor.find(operation.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(two.survivor.pending()).toEqual([]);
  });

  it('does not change an outcome that was told', async () => {
    await using two = await openTwo();
    const operation = anOperation();
    await two.lost.insert(operation);
    await two.lost.update(operation.id, { sentAt: 1 });
    await two.lose();
    await two.survivor.takeOver();
    await two.survivor.note(operation.id, { status: 'OUTCOME_UNKNOWN' });
    expect(await two.lost.note(operation.id, { status: 'SUCCEEDED' })).toMatchObject({ status: 'OUTCOME_UNKNOWN' });
    expect(await two.lost.find(operation.id)).toMatchObject({ status: 'OUTCOME_UNKNOWN' });
  });

  it('leaves started backups to be followed, and entries of the audit log to be completed', async () => {
    await using two = await openTwo();
    const operation = anOperation();
    await two.lost.insert(operation);
    await two.lost.note(operation.id, { status: 'SUCCEEDED', backupId: '7' });
    const [audit, other] = [two.first, two.second].map((storage) => openAuditStore({ storage, onBug: neverABug }));
    await audit?.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
    expect(await other?.abandon()).toEqual([]);
    await two.lose();
    expect(await two.survivor.takeOver()).toMatchObject([{ id: operation.id, backupId: '7' }]);
    expect(await two.survivor.takeOver()).toEqual([]);
    expect(await other?.abandon()).toMatchObject([{ outcome: 'UNKNOWN' }]);
    await audit?.close();
    await other?.close();
  });

  it('is noticed by its heartbeat, and leaves nothing when it closes', async () => {
    const url = await server.database();
    const [first, second] = [await open(url, 400), await open(url, 400)];
    await expect.poll(() => second.replica?.live, { timeout: hangMs }).toBe(2);
    const store = openStore(first);
    await store.insert(anOperation());
    await store.close();
    const taken = openStore(second);
    const found: unknown[] = [];
    taken.onLeft(async () => found.push(...(await taken.takeOver())));
    await first.close();
    await expect.poll(() => found, { timeout: hangMs }).toHaveLength(1);
    expect(second.replica?.live).toBe(1);
    await taken.close();
    await second.close();
    expect(await run(url, 'SELECT 1 FROM backplane.replicas')).toEqual([]);
  });
});

describe('gateways that share a database', () => {
  it('do not begin beside one that needs it alone, nor the other way round', async () => {
    const url = await server.database();
    const alone = await waitForStorage(url, { waitMs: 0, onWait: () => undefined });
    await expect(open(url)).rejects.toThrow('in use by another gateway');
    await alone.close();
    const shared = await open(url);
    await expect(waitForStorage(url, { waitMs: 0, onWait: () => undefined })).rejects.toThrow(
      `in use by another gateway: process ${process.pid}`,
    );
    await shared.close();
  });
});

describe('a gateway that begins while PostgreSQL does not answer', () => {
  it('is not ready, does not end, and takes over what was left when it is back', async () => {
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const [lost, storage] = [await open(url), await open(url, 2_000)];
    const store = openStore(lost);
    const operation = anOperation();
    await store.insert(operation);
    await store.close();
    await lost.close();
    await server.crash();
    await using gateway = startGateway({ providers: [sandbox.config], storage });
    await gateway.app.started;
    const ready = async () => (await fetch(`${await gateway.listen()}/health/ready`)).status;
    await expect.poll(ready, { timeout: hangMs }).toBe(503);
    await server.start();
    await expect.poll(ready, { timeout: hangMs }).toBe(200);
    const status = async () => (await run(url, 'SELECT status FROM backplane.operations'))[0]?.['status'];
    await expect.poll(status, { timeout: hangMs }).toBe('FAILED');
    await sandbox.close();
  });
});

describe('a command that is late', () => {
  it('is not sent, unless a part of it was sent in time', async () => {
    expect(() => sendBefore(performance.now() - 1, requireInTime)).toThrow('Nothing was sent');
    const endsAt = performance.now() + 20;
    await sendBefore(endsAt, async () => {
      requireInTime();
      await expect.poll(() => performance.now()).toBeGreaterThan(endsAt);
      requireInTime();
    });
    expect(requireInTime).not.toThrow();
  });
});
