/** A command is written down before it is carried out, and again when it is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditStore } from '../../src/audit/audit.ts';
import { type AuditRecord, carriedOut } from '../../src/audit/audit-entry.ts';
import { type CommandLine, createAuditor } from '../../src/audit/auditor.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { all, aRecord, open } from '../support/audited.ts';
import { aBackup } from '../support/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-audit-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the auditor', () => {
  const given = {
    viewer: { id: 'token:ann', name: 'ann', role: 'OPERATOR', secret: 'never' },
    address: '10.0.0.1',
    requestId: 'r-1',
    command: 'cancelBackup',
    targets: [{ id: 'x', provider: 'one', isSeen: true }],
  };
  const done = { result: carriedOut({ backup: aBackup({ externalId: '17' }) }) };

  function audit(store: AuditStore) {
    const lines: CommandLine[] = [];
    const bugs: unknown[] = [];
    const onBug = (error: unknown) => bugs.push(error);
    return { lines, bugs, auditor: createAuditor({ store, onCommand: (line) => lines.push(line), onBug }) };
  }

  it('has a command on the disk before it is carried out, and its outcome after', async () => {
    const file = join(folder, 'before.db');
    await using opened = open({ file });
    const { auditor, lines } = audit(opened.store);
    const { during } = await auditor.run(given, async () => {
      const database = new Database(file);
      const row = database.prepare('SELECT record FROM audit').get() as { record: string };
      database.close();
      return { ...done, during: JSON.parse(row.record) as AuditRecord };
    });
    expect(during).toMatchObject({ command: 'cancelBackup', outcome: 'UNDER_WAY' });
    expect(await opened.store.list(all, null, 10)).toMatchObject([
      { outcome: 'DONE', targets: [{ externalId: '17' }] },
    ]);
    expect(lines).toEqual([
      {
        viewer: 'token:ann',
        name: 'ann',
        address: '10.0.0.1',
        requestId: 'r-1',
        command: 'cancelBackup',
        targets: [{ id: 'x', provider: 'one', externalId: '17', code: null }],
        outcome: 'DONE',
        code: null,
        operation: null,
      },
    ]);
    expect(JSON.stringify(await opened.store.list(all, null, 10))).not.toContain('never');
  });

  it.each([
    [new GatewayError('CONFLICT', 'It runs.'), 'REFUSED', 'CONFLICT'],
    [new GatewayError('PROVIDER_TIMEOUT', 'It is slow.'), 'FAILED', 'PROVIDER_TIMEOUT'],
    [new GatewayError('OUTCOME_UNKNOWN', 'It was cut.'), 'UNKNOWN', 'OUTCOME_UNKNOWN'],
    [new TypeError('a bug'), 'FAILED', 'INTERNAL'],
  ])('writes %s down as it is, and throws it on', async (error, outcome, code) => {
    await using opened = open();
    const { auditor, lines } = audit(opened.store);
    const run = auditor.run(given, () => Promise.reject(error));
    await expect(run).rejects.toBe(error);
    expect(await opened.store.list(all, null, 10)).toMatchObject([{ outcome, code, targets: [{ code }] }]);
    expect(lines).toMatchObject([{ outcome, code }]);
  });

  it('carries nothing out that it cannot write down', async () => {
    await using opened = open();
    const { auditor } = audit(opened.store);
    await opened.store.close();
    let isDone = false;
    const work = async () => {
      isDone = true;
      return done;
    };
    await expect(auditor.run(given, work)).rejects.toThrow();
    expect(isDone).toBe(false);
  });

  it('answers a command that was done, also where that cannot be written down any more', async () => {
    await using opened = open();
    const { auditor, lines, bugs } = audit(opened.store);
    const answer = await auditor.run(given, async () => {
      await opened.store.close();
      return done;
    });
    expect(answer).toBe(done);
    expect(lines).toMatchObject([{ outcome: 'DONE' }]);
    expect(bugs).toHaveLength(1);
  });

  it('calls a command unknown, once, whose process did not live to see its answer', async () => {
    const file = join(folder, 'died.db');
    {
      await using opened = open({ file });
      const seq = await opened.store.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
      await opened.store.noteOperation(seq ?? 0, 'operation-1');
      await opened.store.add(aRecord('ann', { requestId: 'done' }));
    }
    for (const expected of [1, 0]) {
      await using opened = open({ file });
      const { auditor, lines } = audit(opened.store);
      await auditor.resume();
      expect(lines).toHaveLength(expected);
      const [, died] = await opened.store.list(all, null, 10);
      expect(died).toMatchObject({ outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN', operation: 'operation-1' });
      if (expected) expect(lines).toMatchObject([{ entry: died?.id, outcome: 'UNKNOWN', operation: 'operation-1' }]);
    }
  });

  it('waits with its end for what is being answered', async () => {
    const file = join(folder, 'waits.db');
    const opened = open({ file });
    const { auditor } = audit(opened.store);
    let answer: (value: typeof done) => void = () => undefined;
    let run: Promise<unknown> = Promise.resolve();
    await new Promise<void>((asked) => {
      run = auditor.run(given, () => {
        asked();
        return new Promise<typeof done>((resolve) => (answer = resolve));
      });
    });
    const closed = auditor.close();
    answer(done);
    await Promise.all([run, closed]);
    await opened[Symbol.asyncDispose]();
    await using again = open({ file });
    expect(await again.store.list(all, null, 10)).toMatchObject([{ outcome: 'DONE' }]);
  });
});
