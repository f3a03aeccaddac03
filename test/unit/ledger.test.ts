/**
 * The ledger by itself: who gave a command, what proves its outcome, and what a restart knows.
 * One file, since all its tests share one way to open a ledger over a provider.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../src/commands/ledger.ts';
import type { Command, Ledger } from '../../src/commands/ledger-contract.ts';
import type { OperationRecord } from '../../src/commands/operation-record.ts';
import { type LedgerStore, openStore } from '../../src/commands/store.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { now } from '../../src/core/instant.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { Started } from '../../src/core/provider-commands.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider } from '../support/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-ledger-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Fixture extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly store: LedgerStore;
  readonly bugs: unknown[];
}

function open(provider: Provider, file = ':memory:', lostForMs = 100): Fixture {
  const storage = openStorage(file);
  const store = openStore(storage);
  const bugs: unknown[] = [];
  const ledger = createLedger({
    store,
    provider: (name) => (name === provider.name ? provider : null),
    answerWithinMs: 1_000,
    awaited: new Set(),
    lookMs: { first: 5, longest: 20 },
    lostForMs,
    onStarted: () => undefined,
    onBug: (error) => bugs.push(error),
  });
  return {
    ledger,
    store,
    bugs,
    async [Symbol.asyncDispose]() {
      await ledger.close();
      await storage.close();
    },
  };
}

const command = (provider: Provider, given: Partial<Command> = {}): Command => ({
  viewer: 'ann',
  provider,
  kind: 'START',
  entityId: 'e',
  backupId: null,
  name: null,
  idempotencyKey: null,
  asked: {},
  ...given,
});

const accepted: Started = { backup: null, handle: 'task-1', message: 'It was taken.' };
const lost = () => new GatewayError('OUTCOME_UNKNOWN', 'The answer was lost.');
const found = { backup: null, candidates: [], error: null };

describe('the ledger', () => {
  it('takes the same key of another viewer for another command', async () => {
    const provider = aProvider();
    await using fixture = open(provider);
    let sent = 0;
    const send = () => Promise.resolve({ ...accepted, backup: aBackup({ externalId: String(++sent) }) });
    const ann = await fixture.ledger.start(command(provider, { idempotencyKey: 'k' }), send);
    const bob = await fixture.ledger.start(command(provider, { idempotencyKey: 'k', viewer: 'bob' }), send);
    expect(sent).toBe(2);
    expect(bob.operation.id).not.toBe(ann.operation.id);
  });

  it('gives a success again as one, also while its backup cannot be read', async () => {
    const unavailable = () => Promise.reject(new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.'));
    const provider = aProvider({ getBackups: unavailable });
    await using fixture = open(provider);
    const send = () => Promise.resolve({ ...accepted, backup: aBackup({ externalId: '7' }) });
    const first = await fixture.ledger.start(command(provider, { idempotencyKey: 'k' }), send);
    const again = await fixture.ledger.start(command(provider, { idempotencyKey: 'k' }), send);
    expect(again).toEqual({ ...first, backup: null });
    expect(again.operation.status).toBe('SUCCEEDED');
  });

  it('writes a command down before it is sent, with its mark', async () => {
    const provider = aProvider({ markStart: () => Promise.resolve('newest-7') });
    await using fixture = open(provider);
    let atSending: OperationRecord[] = [];
    await fixture.ledger.start(command(provider), async (nonce) => {
      expect(nonce).toMatch(/^[0-9a-f]{8}$/);
      atSending = fixture.store.pending();
      return { ...accepted, backup: aBackup() };
    });
    expect(atSending).toMatchObject([{ status: 'PENDING', mark: 'newest-7', sentAt: expect.any(Number) }]);
  });

  it('sends nothing where the mark cannot be had, and says why', async () => {
    const refusal = new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.');
    const provider = aProvider({ markStart: () => Promise.reject(refusal) });
    await using fixture = open(provider);
    let sent = 0;
    const send = () => Promise.resolve({ ...accepted, handle: String(++sent) });
    await expect(fixture.ledger.start(command(provider), send)).rejects.toBe(refusal);
    expect(sent).toBe(0);
    expect(fixture.store.pending()).toEqual([]);
  });

  it('finds later what the product did not name at once, by its handle', async () => {
    let looks = 0;
    const provider = aProvider({
      findStarted: ({ handle }) => {
        expect(handle).toBe('task-1');
        return Promise.resolve(++looks < 3 ? found : { ...found, backup: aBackup({ externalId: '9' }) });
      },
    });
    await using fixture = open(provider);
    const { operation, backup, message } = await fixture.ledger.start(command(provider), () =>
      Promise.resolve(accepted),
    );
    expect([operation.status, backup, message]).toEqual(['PENDING', null, 'It was taken.']);
    await expect.poll(() => fixture.ledger.find(operation.id)).toMatchObject({ status: 'SUCCEEDED', backupId: '9' });
  });

  it('takes proof of failure for the outcome', async () => {
    const error = new GatewayError('CONFLICT', 'The task failed.');
    const provider = aProvider({ findStarted: () => Promise.resolve({ ...found, error }) });
    await using fixture = open(provider);
    const { operation } = await fixture.ledger.start(command(provider), () => Promise.resolve(accepted));
    await expect
      .poll(() => fixture.ledger.find(operation.id))
      .toMatchObject({
        status: 'FAILED',
        error: { code: 'CONFLICT' },
      });
  });

  it('keeps looking while the product cannot be asked, and does not take that for an answer', async () => {
    let looks = 0;
    const provider = aProvider({
      findStarted: () =>
        ++looks < 4
          ? Promise.reject(new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.'))
          : Promise.resolve({ ...found, backup: aBackup() }),
    });
    await using fixture = open(provider, ':memory:', 5_000);
    const { operation } = await fixture.ledger.start(command(provider), () => Promise.reject(lost()));
    await expect.poll(async () => (await fixture.ledger.find(operation.id))?.status).toBe('SUCCEEDED');
    expect(fixture.bugs).toEqual([]);
  });

  it('looks up a command whose sending met a fault of this program', async () => {
    const fault = new TypeError('a fault after the command was sent');
    const provider = aProvider({
      findStarted: () => Promise.resolve({ ...found, backup: aBackup({ externalId: '9' }) }),
      getBackups: () => Promise.resolve([aBackup({ externalId: '9', status: 'CANCELLED' })]),
    });
    await using fixture = open(provider);
    const ends: Promise<unknown>[] = [
      fixture.ledger.start(command(provider), () => Promise.reject(fault)),
      fixture.ledger.cancel(command(provider, { kind: 'CANCEL', backupId: '9' }), () => Promise.reject(fault)),
    ];
    for (const end of ends) await expect(end).rejects.toBe(fault);
    await expect.poll(() => fixture.store.pending()).toEqual([]);
    expect(fixture.bugs).toEqual([fault]);
  });

  it('calls an unproven candidate unknown, and never ours', async () => {
    const provider = aProvider({ findStarted: () => Promise.resolve({ ...found, candidates: [aBackup()] }) });
    await using fixture = open(provider, ':memory:', 30);
    const { operation } = await fixture.ledger.start(command(provider), () => Promise.reject(lost()));
    await expect
      .poll(() => fixture.ledger.find(operation.id))
      .toMatchObject({
        status: 'OUTCOME_UNKNOWN',
        backupId: null,
        candidateIds: ['1'],
      });
  });

  it('does not give up before it could look, and keeps no candidate back', async () => {
    let isAway = true;
    let looks = 0;
    const provider = aProvider({
      findStarted() {
        looks++;
        if (isAway) return Promise.reject(new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.'));
        return Promise.resolve({ ...found, candidates: [aBackup()] });
      },
    });
    await using fixture = open(provider, ':memory:', 1);
    const { operation } = await fixture.ledger.start(command(provider), () => Promise.reject(lost()));
    await expect.poll(() => looks).toBeGreaterThan(2);
    expect((await fixture.ledger.find(operation.id))?.status).toBe('PENDING');
    isAway = false;
    await expect
      .poll(() => fixture.ledger.find(operation.id))
      .toMatchObject({ status: 'OUTCOME_UNKNOWN', candidateIds: ['1'] });
  });

  it('gives a product that answers at the end of a backup the time that a backup takes', async () => {
    let looks = 0;
    const provider = aProvider({
      showPending: (_start, localId) => aBackup({ localId, status: 'RUNNING' }),
      findStarted: () => {
        looks++;
        return Promise.resolve(found);
      },
    });
    await using fixture = open(provider, ':memory:', 1);
    const { operation, backup } = await fixture.ledger.start(command(provider), () => Promise.reject(lost()));
    expect(backup).toMatchObject({ status: 'RUNNING', sortedAt: null, localId: `operation-${operation.id}` });
    await expect.poll(() => looks).toBeGreaterThan(3);
    expect((await fixture.ledger.find(operation.id))?.status).toBe('PENDING');
  });

  it('knows after a restart what was sent and what was not', async () => {
    const file = join(folder, 'restart.db');
    const provider = aProvider({
      findStarted: () => Promise.resolve({ ...found, backup: aBackup({ externalId: '5' }) }),
    });
    const storage = openStorage(file);
    const before = openStore(storage);
    const record = (id: string, sentAt: number | null): OperationRecord => ({
      id,
      viewer: 'ann',
      provider: 'one',
      kind: 'START',
      entityId: 'e',
      backupId: null,
      externalId: null,
      idempotencyKey: id,
      fingerprint: id,
      status: 'PENDING',
      requestedAt: now(),
      sentAt,
      lostAt: null,
      isAccepted: false,
      resolvedAt: null,
      name: null,
      nonce: 'abcdefgh',
      mark: null,
      handle: null,
      message: null,
      candidateIds: [],
      error: null,
      backupEndedAt: null,
      recorded: null,
    });
    await before.insert(record('sent', now()));
    await before.insert(record('unsent', null));
    await before.close();
    await storage.close();
    await using fixture = open(provider, file);
    await fixture.ledger.resume();
    await expect.poll(() => fixture.ledger.find('sent')).toMatchObject({ status: 'SUCCEEDED', backupId: '5' });
    // INTERNAL would be masked, and this is a refusal like any other: for certain, and with a way on.
    await expect
      .poll(() => fixture.ledger.find('unsent'))
      .toMatchObject({
        status: 'FAILED',
        error: { code: 'PROVIDER_UNAVAILABLE', message: expect.stringContaining('new key') },
      });
  });

  it('forgets what is older than 30 days, but nothing that is pending', async () => {
    await using fixture = open(aProvider());
    const { store, ledger } = fixture;
    const provider = aProvider();
    const done = await ledger.start(command(provider), () => Promise.resolve({ ...accepted, backup: aBackup() }));
    await store.forgetBefore(now() + 1);
    expect(await store.find(done.operation.id)).toBeNull();
    const pending = await ledger.start(command(provider), () => Promise.resolve(accepted));
    await store.forgetBefore(now() + 1);
    expect(await store.find(pending.operation.id)).not.toBeNull();
  });

  it('refuses a database of a newer program, and a file that cannot be', async () => {
    const file = join(folder, 'newer.db');
    await openStorage(file).close();
    const database = new Database(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openStorage(file)).toThrow(/version 99.*newer/);
    expect(() => openStorage(join(folder, 'nowhere', 'x.db'))).toThrow();
  });
});
