/** What the log of commands says became of each. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus, hangs, resetsAfter } from '../support/faults.ts';
import { globalId } from '../support/gateway.ts';
import { type Asker, accounting, auditLog, errorsOf, machineBackup, startOffice } from '../support/office.ts';
import { start } from '../support/process.ts';

describe('what became of a command', () => {
  const startOf = (id: string, more = '') =>
    `mutation { startBackup(input: { entityId: "${id}"${more} }) { operation { id } ${errorsOf} } }`;

  it('is REFUSED where it cannot be done, or not now, and FAILED where the product fails', async () => {
    await using office = await startOffice();
    const anna = office.as('anna');
    await anna.askText(startOf(accounting));
    await anna.askText(startOf(accounting));
    await anna.askText(startOf(accounting, ', name: "no names here"'));
    const ofFiles = globalId('BorgBackup', 'files', '3');
    await anna.askText(
      `mutation { updateBackupDescription(input: { id: "${ofFiles}", description: "" }) { ${errorsOf} } }`,
    );
    const isStart = (method: string, path: string) => method === 'POST' && path === '/api/backup/start';
    office.proxy.fail(answersStatus(403), { match: isStart, times: 1 });
    await anna.askText(startOf(accounting));
    office.proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    await anna.askText(startOf(globalId('BorgRepository', 'files', '/backups/research')));
    const entries = await auditLog(anna);
    expect(entries.map(({ outcome, code }) => [outcome, code]).toReversed()).toEqual([
      ['DONE', null],
      ['REFUSED', 'CONFLICT'],
      ['REFUSED', 'UNSUPPORTED'],
      ['REFUSED', 'UNSUPPORTED'],
      ['FAILED', 'PROVIDER_FORBIDDEN'],
      ['UNKNOWN', 'OUTCOME_UNKNOWN'],
    ]);
    expect(entries[0]?.operation?.status).toMatch(/PENDING|OUTCOME_UNKNOWN/);
    // What the product refused was an operation, too; what was refused before it is none.
    expect(
      entries
        .map(({ operation }) => operation?.status ?? null)
        .toReversed()
        .slice(1, 4),
    ).toEqual(['FAILED', expect.toBeOneOf(['FAILED', null]), null]);
    expect(JSON.stringify(entries)).not.toContain('no names here');
  });

  it('has the same operation for a refused command that is given again', async () => {
    await using office = await startOffice();
    const anna = office.as('anna');
    await anna.askText(startOf(accounting));
    for (let round = 0; round < 2; round++) await anna.askText(startOf(accounting, ', idempotencyKey: "again"'));
    const [again, before] = await auditLog(anna);
    expect(before).toMatchObject({ code: 'CONFLICT', operation: { status: 'FAILED' } });
    expect(again).toMatchObject({ code: 'CONFLICT', operation: before?.operation });
  });

  it('is told for each id of many: what was done and what was not', async () => {
    await using office = await startOffice();
    const [one, two] = office.machines.backups.map(({ guid }) => guid);
    const nowhere = 'ffffffff-0000-4000-8000-000000000000';
    const ids = [
      machineBackup(one ?? ''),
      machineBackup(nowhere),
      globalId('BorgBackup', 'files', '3'),
      machineBackup(two ?? ''),
    ];
    const text = (given: readonly string[]) =>
      `mutation { acknowledgeBackupWarnings(input: { ids: ${JSON.stringify(given)} }) { ${errorsOf} } }`;
    await office.as('anna').askText(text(ids));
    await office.as('anna').askText(text([ids[0] ?? '', 'zzz']));
    await office.as('anna').askText(text(Array.from({ length: 130 }, () => ids[0] ?? '')));
    const [tooMany, stopped, mixed] = await auditLog(office.as('anna'));
    expect(mixed).toMatchObject({
      outcome: 'PARTLY_DONE',
      code: 'NOT_FOUND',
      targets: [
        { id: ids[0], code: null, externalId: one },
        { id: ids[1], code: 'NOT_FOUND', externalId: null },
        { id: ids[2], code: 'UNSUPPORTED', externalId: null },
        { id: ids[3], code: null, externalId: two },
      ],
    });
    expect(stopped).toMatchObject({ outcome: 'REFUSED', targets: [{ code: 'NOT_FOUND' }, { code: 'NOT_FOUND' }] });
    expect(tooMany).toMatchObject({ outcome: 'REFUSED', code: 'BAD_USER_INPUT' });
    expect(tooMany?.targets).toHaveLength(100);
    // A viewer of `files` alone sees only that part, as if there were no other.
    const [ofBert, ...others] = await auditLog(office.as('bert'));
    expect(others).toEqual([]);
    expect(ofBert).toMatchObject({ outcome: 'REFUSED', code: 'UNSUPPORTED', targets: [{ id: ids[2] }] });
  });

  it('shows a lost start its backup once that is known', async () => {
    await using office = await startOffice();
    const guid = office.machines.entities[0]?.guid ?? '';
    const anna = office.as('anna');
    await anna.askText(startOf(globalId('VProtectEntity', 'machines', guid)));
    const [before] = await auditLog(anna);
    expect(before).toMatchObject({
      outcome: 'ACCEPTED',
      operation: { status: 'PENDING' },
      targets: [{ externalId: null }],
    });
    await expect
      .poll(async () => {
        office.machines.clock.advance(5_000);
        return (await auditLog(anna))[0];
      })
      .toMatchObject({
        outcome: 'ACCEPTED',
        operation: { status: 'SUCCEEDED' },
        targets: [{ externalId: expect.stringMatching(/./) }],
      });
  });
});

describe('a gateway that is killed between sending and answering', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backplane-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('has the command after its restart, unknown until its operation is resolved, and one log line for it', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 20 });
    await using proxy = await startFaultProxy(sandbox.url);
    const config = join(folder, 'killed.yaml');
    await writeFile(
      config,
      stringify({
        providers: [{ ...sandbox.config, url: proxy.url }],
        ledger: { file: join(folder, 'ledger.db'), reconcileSeconds: 1 },
      }),
    );
    const serve = async () => {
      const running = start(['--config', config, '--port', '0']);
      const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
      const asker: Asker = {
        async askText(query) {
          const response = await fetch(`${origin}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-request-id': 'order-17' },
            body: JSON.stringify({ query }),
          });
          return (await response.json()) as never;
        },
      };
      const lines = () =>
        running
          .stderr()
          .split('\n')
          .filter((line) => line.includes('"msg":"command"'))
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      return { running, asker, lines };
    };

    const isStart = (method: string, path: string) => method === 'POST' && path === '/api/backup/start';
    const fault = proxy.fail(hangs('after'), { match: isStart, times: 1 });
    const first = await serve();
    await first.asker.askText('mutation { cancelBackup(input: { id: "zzz" }) { userErrors { code } } }');
    const command = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "hush" }) { operation { id } } }`;
    const unanswered = first.asker.askText(command).catch(() => null);
    await fault.untilHit(1);
    await expect.poll(() => sandbox.jobs.length).toBe(21);
    expect((await auditLog(first.asker))[0]).toMatchObject({
      outcome: 'UNDER_WAY',
      operation: { status: 'PENDING' },
      targets: [{ provider: { name: 'files' } }],
    });
    await first.running[Symbol.asyncDispose]();
    expect(await unanswered).toBeNull();
    expect(first.lines()).toMatchObject([
      {
        level: 'info',
        viewer: 'anonymous',
        name: 'anonymous',
        address: '127.0.0.1',
        requestId: 'order-17',
        command: 'cancelBackup',
        targets: [{ id: 'zzz', provider: null, externalId: null, code: 'NOT_FOUND' }],
        outcome: 'REFUSED',
        code: 'NOT_FOUND',
        operation: null,
      },
    ]);

    const second = await serve();
    await using _ = second.running;
    await expect
      .poll(async () => (await auditLog(second.asker))[0])
      .toMatchObject({
        command: 'startBackup',
        requestId: 'order-17',
        address: '127.0.0.1',
        outcome: 'UNKNOWN',
        code: 'OUTCOME_UNKNOWN',
        operation: { status: 'OUTCOME_UNKNOWN' },
        targets: [{ id: accounting, entity: { externalId: '/backups/accounting' } }],
      });
    expect(await auditLog(second.asker)).toHaveLength(2);
    expect(second.lines()).toMatchObject([{ command: 'startBackup', outcome: 'UNKNOWN', requestId: 'order-17' }]);
    expect(
      JSON.stringify(await auditLog(second.asker)) + first.running.stderr() + second.running.stderr(),
    ).not.toContain('hush');
  });
});
