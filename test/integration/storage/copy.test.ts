/** The command `storage copy`: a gateway moves from a file to PostgreSQL. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { copyStorage } from '../../../src/storage/copy.ts';
import { openStorage, waitForStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { command } from '../../support/commands.ts';
import { startOnStorage, startWithLedger } from '../../support/failing-storage.ts';
import { startsOf } from '../../support/ledgers.ts';
import { writeConfig } from '../../support/main.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), 'backplane-copy-'));
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const open = (url: string) => waitForStorage(url, { waitMs: 0, onWait: () => undefined });
const auditText = '{ auditLog(first: 50) { nodes { id command outcome at } } }';
const neverABug = (error: unknown) => expect(error).toBeNull();

describe('a gateway that moved to PostgreSQL', () => {
  it('knows its commands, its audit log and the positions of its streams', async () => {
    const file = join(folder, 'moved.db');
    const url = await server.database();
    let id: string | undefined;
    let audit: unknown;
    {
      await using fixture = await startWithLedger(file);
      id = (await fixture.start('key')).operation?.id;
      audit = await fixture.ask(auditText);
    }
    const { rows } = await copyStorage(`file:${file}`, url);
    expect(rows).toMatchObject({ operations: 1, audit: 1, audit_key: 1, process_owner: 0 });
    await using moved = await startOnStorage(await open(url));
    expect(await moved.ask(auditText)).toEqual(audit);
    expect((await moved.start('key')).operation?.id).toBe(id);
    expect(startsOf(moved.sandbox)).toBe(0);
    // The numbers of the audit log go on behind those that were copied.
    const { data } = await moved.ask(auditText);
    expect(data).toMatchObject({ auditLog: { nodes: [{ command: 'startBackup' }, { command: 'startBackup' }] } });
  });

  it('goes on with the cursors of its streams, and begins a new epoch', async () => {
    const file = join(folder, 'epochs.db');
    const url = await server.database();
    const source = openStorage(`file:${file}`);
    const head = { epochs: { former: [['older', 2]], current: 'current' }, sealKey: 'A'.repeat(22) };
    await source.database.db
      .insertInto('replay_logs')
      .values({ log: 'changes', head: JSON.stringify({ head, lastSeq: 7 }), used_at: 1 })
      .execute();
    await source.close();
    await copyStorage(`file:${file}`, url);
    const [row] = await run(url, "SELECT head FROM backplane.replay_logs WHERE log = 'changes'");
    const copied = JSON.parse(String(row?.['head'])) as { head: typeof head; lastSeq: number };
    expect(copied).toMatchObject({ lastSeq: 7, head: { sealKey: head.sealKey } });
    expect(copied.head.epochs.former).toEqual([
      ['older', 2],
      ['current', 7],
    ]);
    expect(copied.head.epochs.current).toMatch(/^[\w-]{8}$/);
  });

  it('has every row, whatever is in it, also of tables with more rows than one statement takes', async () => {
    const file = join(folder, 'many.db');
    const url = await server.database();
    const source = openStorage(`file:${file}`);
    const store = openAuditStore({ storage: source, onBug: neverABug });
    await store.add(aRecord('ann\0 "bob" \u{1F4BE}', { outcome: 'DONE' }));
    await source.database.atomically(async (db) => {
      for (let id = 0; id < 450; id++) {
        await db
          .insertInto('aliases')
          .values({ provider: 'p', local_id: `${id}`, alias: `alias ${id}` })
          .execute();
      }
    });
    await store.close();
    await source.close();
    expect((await copyStorage(`file:${file}`, url)).rows).toMatchObject({ aliases: 450, audit: 1 });
    expect(await run(url, 'SELECT DISTINCT alias FROM backplane.aliases')).toHaveLength(450);
    const storage = await open(url);
    const copied = openAuditStore({ storage, onBug: neverABug });
    expect(await copied.list({ viewer: 'root', providers: null }, null, 10)).toMatchObject([{ outcome: 'DONE' }]);
    await copied.close();
    await storage.close();
  });
});

describe('a copy', () => {
  it('is refused for a database with records, one in use, and a file that is missing or in use', async () => {
    const file = join(folder, 'refused.db');
    const url = await server.database();
    const source = openStorage(`file:${file}`);
    await expect(copyStorage(`file:${file}`, url)).rejects.toThrow('in use by another gateway');
    await source.close();
    const absent = join(folder, 'absent.db');
    await expect(copyStorage(`file:${absent}`, url)).rejects.toThrow(`There is no ledger at ${absent}`);
    expect(existsSync(absent)).toBe(false);
    const target = await open(url);
    await expect(copyStorage(`file:${file}`, url)).rejects.toThrow('in use by another gateway');
    await target.database.db.insertInto('cancelled').values({ provider: 'p', local_id: '1' }).execute();
    await target.close();
    await expect(copyStorage(`file:${file}`, url)).rejects.toThrow('has records of a gateway already');
    expect(await run(url, 'SELECT 1 FROM backplane.cancelled')).toHaveLength(1);
  });

  it('leaves nothing where it fails', async () => {
    const file = join(folder, 'failing.db');
    const url = await server.database();
    const source = openStorage(`file:${file}`);
    await source.database.db.insertInto('aliases').values({ provider: 'p', local_id: '1', alias: 'a' }).execute();
    await source.database.db.insertInto('refused_credentials').values({ hash: 'h', at: 1 }).execute();
    await source.close();
    await (await open(url)).close();
    // The last table that is copied cannot be written.
    await run(url, 'ALTER TABLE backplane.refused_credentials ADD CHECK (at > 1)');
    await expect(copyStorage(`file:${file}`, url)).rejects.toThrow();
    expect(await run(url, 'SELECT 1 FROM backplane.aliases')).toEqual([]);
    await run(url, 'ALTER TABLE backplane.refused_credentials DROP CONSTRAINT refused_credentials_at_check');
    expect((await copyStorage(`file:${file}`, url)).rows).toMatchObject({ aliases: 1, refused_credentials: 1 });
  });

  it('is a command of the program, whose target is the database of the configuration', async () => {
    const file = join(folder, 'program.db');
    const url = await server.database();
    await openStorage(`file:${file}`).close();
    const config = await writeConfig(
      'backplane.yaml',
      `storage: { url: "${url}" }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`,
    );
    await using copy = command(['storage', 'copy', '--from', `file:${file}`, '--config', config]);
    await using wrong = command(['storage', 'copy', '--from', url, '--to', url]);
    expect(await copy.ended, copy.stderr()).toBe(0);
    expect(copy.stdout()).toContain('0 commands, 0 entries of the audit log, 0 replay logs');
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr()).toContain('needs --from file:PATH');
  });
});
