/** Every command is written down, whichever mutation it is. */
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import type { Product } from '../../providers/product.ts';
import type { UserError } from '../../schema/rows.ts';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config/config.ts';
import { providerFields } from '../../src/config/provider.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import { aToken, globalId } from '../support/gateway.ts';
import {
  type Asker,
  accounting,
  auditLog,
  errorsOf,
  machineBackup,
  overSocket,
  startOffice,
} from '../support/office.ts';

/** What is read without asking any product. */
const ownFields = 'viewerId command outcome code targets { id code }';

/** Every mutation there is, each with an id of its own kind. */
const mutations: readonly (readonly [string, (id: string) => string])[] = [
  [
    'createBackup',
    (id) => `createBackup(input: { borg: { entityId: "${id}", idempotencyKey: "hush-1" } }) { ${errorsOf} }`,
  ],
  ['startBackup', (id) => `startBackup(input: { entityId: "${id}", idempotencyKey: "hush-2" }) { ${errorsOf} }`],
  ['cancelBackup', (id) => `cancelBackup(input: { id: "${id}" }) { ${errorsOf} }`],
  [
    'updateBackupDescription',
    (id) => `updateBackupDescription(input: { id: "${id}", description: "hush-3" }) { ${errorsOf} }`,
  ],
  [
    'updateBackupWarnings',
    (id) => `updateBackupWarnings(input: { id: "${id}", warnings: ["hush-4"] }) { ${errorsOf} }`,
  ],
  ['acknowledgeBackupWarnings', (id) => `acknowledgeBackupWarnings(input: { ids: ["${id}"] }) { ${errorsOf} }`],
  ['retryBackup', (id) => `retryBackup(input: { id: "${id}", idempotencyKey: "hush-5" }) { ${errorsOf} }`],
  [
    'startBackups',
    (id) =>
      `startBackups(input: { entityIds: ["${id}"], idempotencyKey: "hush-6" }) { ${errorsOf} results { ${errorsOf} } }`,
  ],
];

describe('every mutation', () => {
  it('is tried here', async () => {
    await using office = await startOffice();
    // A link is no command: it changes nothing.
    const fields = Object.keys(office.app.schema.getMutationType()?.getFields() ?? {}).filter(
      (name) => name !== 'createDownloadLink',
    );
    expect(fields.toSorted()).toEqual(mutations.map(([name]) => name).toSorted());
  });

  it('is one entry each, over HTTP and over WebSocket, with who, whence, what and what became of it', async () => {
    await using office = await startOffice();
    const { guid } = office.machines.backups.find(({ status }) => status !== 'RUNNING') ?? { guid: '' };
    const job = office.files.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
    const failed = office.files.addFinished({ status: 'failed', triggered_by: 'manual', repository: '/backups/mail' });
    office.files.manualLimit = 9;
    const ids: Record<string, string> = {
      createBackup: accounting,
      startBackup: globalId('BorgRepository', 'files', '/backups/research'),
      cancelBackup: globalId('BorgBackup', 'files', String(job)),
      retryBackup: globalId('BorgBackup', 'files', String(failed)),
      startBackups: globalId('BorgRepository', 'files', '/backups/warehouse-laptops'),
      updateBackupDescription: machineBackup(guid),
      updateBackupWarnings: machineBackup(guid),
      acknowledgeBackupWarnings: machineBackup(guid),
    };
    for (const [index, [name, mutation]] of mutations.entries()) {
      const query = `mutation { ${mutation(ids[name] ?? '')} }`;
      const answer = index % 2 === 0 ? await office.as('anna').askText(query) : await overSocket(office, 'anna', query);
      expect(answer).toMatchObject({ data: { [name]: { userErrors: [] } } });
    }
    const entries = await auditLog(office.as('anna'));
    expect(entries.map(({ command }) => command)).toEqual(mutations.map(([name]) => name).toReversed());
    for (const entry of entries) {
      const isOfFiles = !/^(update|acknowledge)/.test(entry.command ?? '');
      expect(entry).toMatchObject({
        viewerId: 'token:anna',
        viewerName: 'anna',
        requestId: expect.stringMatching(/.{8}/),
        address: expect.stringMatching(/^(127\.0\.0\.1|this process)$/),
        outcome: 'DONE',
        code: null,
        count: 1,
        targets: [{ id: ids[entry.command ?? ''], provider: { name: isOfFiles ? 'files' : 'machines' }, code: null }],
      });
      expect(entry.operation?.status ?? null).toBe(isOfFiles ? 'SUCCEEDED' : null);
      const [target] = entry.targets;
      const started = office.files.jobs.map(({ id }) => String(id));
      if (isOfFiles) expect(started).toContain(target?.['externalId']);
      else expect(target).toMatchObject({ externalId: guid, backup: { externalId: guid }, entity: null });
    }
    expect(entries[6]?.targets[0]).toMatchObject({ entity: { externalId: '/backups/research' }, backup: null });
    expect(entries[5]?.targets[0]).toMatchObject({ externalId: String(job), backup: { externalId: String(job) } });
    expect(JSON.stringify(entries)).not.toContain('hush');
  });

  it('is FORBIDDEN for a reader before its id is looked at or anything is sent, and written down', async () => {
    await using office = await startOffice();
    const ids = [
      accounting,
      machineBackup('ffffffff-0000-4000-8000-000000000000'),
      'zzz',
      globalId('X', 'nowhere', 'y'),
    ];
    for (const id of ids) {
      for (const [name, mutation] of mutations) {
        const query = `mutation { ${mutation(id)} }`;
        for (const answer of [await office.as('rita').askText(query), await overSocket(office, 'rita', query)]) {
          expect(answer.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);
        }
        const entries = await auditLog(office.as('anna'), '(first: 2)', ownFields);
        expect(entries).toMatchObject(
          [0, 1].map(() => ({
            viewerId: 'token:rita',
            command: name,
            outcome: 'REFUSED',
            code: 'FORBIDDEN',
            targets: [{ id, code: 'FORBIDDEN' }],
          })),
        );
      }
    }
    expect(office.machines.requests).toEqual([]);
    expect(office.files.requests).toEqual([]);
  });

  it.each([
    ['NOT_FOUND', 'zzz', 'zzz'],
    ['NOT_FOUND', `a${'b'.repeat(500)}`, `a${'b'.repeat(198)}…`],
    ['NOT_FOUND', globalId('BorgRepository', 'elsewhere', 'x'), globalId('BorgRepository', 'elsewhere', 'x')],
  ])('that is %s for %.20s is written down with the id as it was given', async (code, id, shown) => {
    await using office = await startOffice();
    for (const [, mutation] of mutations) await office.as('anna').askText(`mutation { ${mutation(id)} }`);
    const entries = await auditLog(office.as('anna'));
    expect(entries).toHaveLength(mutations.length);
    for (const entry of entries) {
      expect(entry).toMatchObject({ outcome: 'REFUSED', code, targets: [{ id: shown, code, provider: null }] });
    }
  });
});

describe('a mutation that somebody adds', () => {
  const tapes: Product = {
    kind: 'tape',
    config: z.strictObject({ ...providerFields, kind: z.literal('tape') }),
    create: () => {
      throw new Error('There are none.');
    },
    startSandbox: () => Promise.reject(new Error('There are none.')),
    schema: {
      kind: 'tape',
      description: 'Tapes on a shelf.',
      backupType: 'TapeBackup',
      entityType: 'TapeShelf',
      define(builder, refs) {
        builder.objectRef<ProtectedEntity>('TapeShelf').implement({ interfaces: [refs.ProtectedEntity, refs.Node] });
        builder.objectRef<Backup>('TapeBackup').implement({ interfaces: [refs.Backup, refs.Node] });
        const input = builder.inputType('BurnInput', {
          fields: (t) => ({ shelves: t.idList({ required: true }), password: t.string() }),
        });
        builder.mutationField('burn', (t) =>
          t.boolean({
            args: { tape: t.arg.id({ required: true }), input: t.arg({ type: input }) },
            resolve: (_root, { tape }) => {
              if (tape === 'wet') throw new TypeError('It does not burn: hush.');
              return true;
            },
          }),
        );
        const payload = builder.objectRef<{ userErrors: readonly UserError[] }>('ShelvePayload').implement({
          fields: (t) => ({
            userErrors: t.field({ type: [refs.UserError], resolve: ({ userErrors }) => [...userErrors] }),
          }),
        });
        builder.mutationField('shelve', (t) =>
          t.field({
            type: payload,
            args: { tape: t.arg.id({ required: true }) },
            resolve: () => ({ userErrors: [{ error: new GatewayError('CONFLICT', 'The shelf is full.') }] }),
          }),
        );
        return { createInput: null };
      },
    },
  };

  it('is audited without a word of its own, with its ids and nothing else', async () => {
    await using files = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const everything = [...products, tapes];
    const auth = { tokens: [aToken('anna'), aToken('rita', { role: 'READER' })] };
    const config = stringify({ providers: [files.config], auth, log: { level: 'silent' } });
    await using app = createApp(parseConfig(config, everything, {}), everything);
    const as = (token: string): Asker => ({
      async askText(query) {
        const response = await app.fetch(
          new Request('http://gateway.test/graphql', {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({ query }),
          }),
        );
        return (await response.json()) as never;
      },
    });
    const burn = (tape: string) =>
      `mutation { burn(tape: "${tape}", input: { shelves: ["a", "b", "${accounting}"], password: "hush" }) }`;
    expect(await as('anna').askText(burn('dry'))).toEqual({ data: { burn: true } });
    expect((await as('anna').askText(burn('wet'))).errors?.[0]?.extensions['code']).toBe('INTERNAL');
    expect((await as('rita').askText(burn('dry'))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    await as('anna').askText('mutation { shelve(tape: "dry") { userErrors { code } } }');
    const [shelved, ...entries] = await auditLog(as('anna'));
    expect(shelved).toMatchObject({ outcome: 'REFUSED', code: 'CONFLICT', targets: [{ id: 'dry', code: 'CONFLICT' }] });
    expect(entries.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['REFUSED', 'FORBIDDEN'],
      ['FAILED', 'INTERNAL'],
      ['DONE', null],
    ]);
    expect(entries[2]?.targets.map(({ id }) => id)).toEqual(['a', 'b', accounting, 'dry']);
    expect(JSON.stringify(entries)).not.toContain('hush');
  });
});
