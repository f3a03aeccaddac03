/** Who did what, as operators read it: over HTTP and WebSocket, allowed and refused, after a crash and a restart. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startBorgSandbox } from '../providers/borg/sandbox.ts';
import { products } from '../providers/index.ts';
import type { Product } from '../providers/product.ts';
import { startVProtectSandbox } from '../providers/vprotect/sandbox.ts';
import { createApp } from '../src/app.ts';
import { parseConfig, providerFields } from '../src/config.ts';
import type { Backup, ProtectedEntity } from '../src/core/model.ts';
import { startFaultProxy } from './support/fault-proxy.ts';
import { answersStatus, hangs, resetsAfter } from './support/faults.ts';
import { aToken, globalId, startGateway, type TestGateway } from './support/gateway.ts';
import { start } from './support/process.ts';

interface Entry {
  readonly id: string;
  readonly viewerId: string;
  readonly command: string | null;
  readonly requestId: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly targets: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly operation: { readonly id: string; readonly status: string } | null;
  readonly [field: string]: unknown;
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string;
    readonly endCursor: string;
  };
}

/** One field of an answer. */
function partOf<Part>(data: Record<string, unknown> | null | undefined, field: string): Part {
  if (!data) throw new Error('no data');
  return data[field] as Part;
}

const fields = `id at viewerId viewerName address requestId command outcome code count
  targets { id code externalId provider { name } entity { externalId } backup { externalId } }
  operation { id status }`;

/** What is read without asking any product. */
const ownFields = 'viewerId command outcome code targets { id code }';

type Asker = Pick<TestGateway, 'askText'>;

async function auditLog(asker: Asker, given = '', asked = fields): Promise<readonly Entry[]> {
  const { data, errors } = await asker.askText(`{ auditLog${given} { nodes { ${asked} } } }`);
  expect(errors).toBeUndefined();
  return partOf<{ nodes: Entry[] }>(data, 'auditLog').nodes;
}

/** Anna and rita may see everything, bert only the files, mona only the machines. */
async function startOffice() {
  const files = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  const machines = await startVProtectSandbox({ speed: 0, history: 20, demo: false });
  const proxy = await startFaultProxy(files.url);
  const tokens = [
    aToken('anna'),
    aToken('bert', { providers: ['files'] }),
    aToken('mona', { providers: ['machines'] }),
    aToken('rita', { role: 'READER' }),
  ];
  const providers = [{ ...files.config, url: proxy.url }, machines.config];
  const gateway = startGateway({ providers, auth: { tokens } });
  return {
    ...gateway,
    files,
    machines,
    proxy,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await files.close();
      await machines.close();
    },
  };
}

const accounting = globalId('BorgRepository', 'files', '/backups/accounting');
const machineBackup = (guid: string) => globalId('VProtectBackup', 'machines', guid);
const errorsOf = 'userErrors { code }';

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
];

async function overSocket(office: TestGateway, token: string, query: string) {
  const client = await office.as(token).connect();
  for await (const answer of client.iterate<Record<string, unknown>>({ query })) return answer;
  throw new Error('no answer');
}

describe('every mutation', () => {
  it('is tried here', async () => {
    await using office = await startOffice();
    const fields = Object.keys(office.app.schema.getMutationType()?.getFields() ?? {});
    expect(fields.toSorted()).toEqual(mutations.map(([name]) => name).toSorted());
  });

  it('is one entry each, over HTTP and over WebSocket, with who, whence, what and what became of it', async () => {
    await using office = await startOffice();
    const { guid } = office.machines.backups.find(({ status }) => status !== 'RUNNING') ?? { guid: '' };
    const job = office.files.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
    office.files.manualLimit = 5;
    const ids: Record<string, string> = {
      createBackup: accounting,
      startBackup: globalId('BorgRepository', 'files', '/backups/research'),
      cancelBackup: globalId('BorgBackup', 'files', String(job)),
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
      const isOfFiles = ['createBackup', 'startBackup', 'cancelBackup'].includes(entry.command ?? '');
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
    expect(entries[4]?.targets[0]).toMatchObject({ entity: { externalId: '/backups/research' }, backup: null });
    expect(entries[3]?.targets[0]).toMatchObject({ externalId: String(job), backup: { externalId: String(job) } });
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
    // Whoever sees only the files sees only that part, as if there were no other.
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
      .poll(
        async () => {
          office.machines.clock.advance(5_000);
          return (await auditLog(anna))[0];
        },
        { timeout: 20_000 },
      )
      .toMatchObject({
        outcome: 'ACCEPTED',
        operation: { status: 'SUCCEEDED' },
        targets: [{ externalId: expect.stringMatching(/./) }],
      });
  }, 30_000);
});

describe('the audit log', () => {
  it('is for operators, over HTTP and WebSocket', async () => {
    await using office = await startOffice();
    const query = '{ viewer { name } auditLog { nodes { id } } }';
    for (const answer of [await office.as('rita').askText(query), await overSocket(office, 'rita', query)]) {
      expect(answer.data).toEqual({ viewer: { name: 'rita' }, auditLog: null });
      expect(answer.errors?.[0]).toMatchObject({ path: ['auditLog'], extensions: { code: 'FORBIDDEN' } });
    }
  });

  it('shows others only what they may see: not by lists, not by ids, not by what somebody else tried', async () => {
    await using office = await startOffice();
    const { guid } = office.machines.backups[0] ?? { guid: '' };
    const describeIt = (id: string) =>
      `mutation { updateBackupDescription(input: { id: "${id}", description: "x" }) { ${errorsOf} } }`;
    await office.as('anna').askText(describeIt(machineBackup(guid)));
    await office.as('bert').askText(describeIt(machineBackup(guid)));
    await office.as('bert').askText(describeIt(globalId('VProtectBackup', 'nowhere', guid)));
    await office.as('mona').askText(describeIt('zzz'));
    const all = await auditLog(office.as('anna'));
    expect(all.map(({ viewerId }) => viewerId.slice(6))).toEqual(['mona', 'bert', 'bert', 'anna']);
    const ofBert = await auditLog(office.as('bert'));
    expect(ofBert).toMatchObject([
      { viewerId: 'token:bert', code: 'NOT_FOUND', targets: [{ provider: null, backup: null }] },
      { viewerId: 'token:bert', code: 'NOT_FOUND', targets: [{ provider: null, backup: null }] },
    ]);
    const ofMona = await auditLog(office.as('mona'));
    expect(ofMona.map(({ viewerId }) => viewerId.slice(6))).toEqual(['mona', 'bert', 'anna']);
    const seen = { bert: ofBert, mona: ofMona, anna: all, rita: [] as readonly Entry[] };
    for (const { id } of all) {
      for (const [token, entries] of Object.entries(seen)) {
        const { data } = await office.as(token).askText(`{ node(id: "${id}") { id __typename } }`);
        const isVisible = entries.some((entry) => entry.id === id);
        expect(data?.['node']).toEqual(isVisible ? { id, __typename: 'AuditEntry' } : null);
      }
    }
  });

  it('is read page by page, without repeats or losses while commands go on', async () => {
    await using office = await startOffice();
    const anna = office.as('anna');
    const cancel = () => anna.askText(`mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`);
    for (let count = 0; count < 7; count++) await cancel();
    const expected = (await auditLog(anna)).map(({ id }) => id);
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage; ) {
      const { data } = await anna.askText(
        `query ($after: String) { auditLog(first: 3, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        { after },
      );
      const { edges, pageInfo } = partOf<Page>(data, 'auditLog');
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor, edges.at(-1)?.cursor]);
      seen.push(...edges.map(({ node }) => node.id));
      after = pageInfo.endCursor;
      hasNextPage = pageInfo.hasNextPage;
      await cancel();
    }
    expect(seen).toEqual(expected);
    expect(await auditLog(anna, '(first: 0)')).toEqual([]);
    expect(await auditLog(anna, `(after: "${after}")`)).toEqual([]);
  });

  it('refuses sizes out of range and cursors that are not its own', async () => {
    await using office = await startOffice();
    await using other = await startOffice();
    const cancel = `mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`;
    await office.as('anna').askText(cancel);
    await other.as('anna').askText(cancel);
    const list = '{ auditLog { pageInfo { endCursor } } backups(first: 2) { pageInfo { endCursor } } }';
    const { data } = await other.as('anna').askText(list);
    const { auditLog: foreign, backups } = data as Record<string, { pageInfo: { endCursor: string } }>;
    const [entry] = await auditLog(office.as('anna'));
    const cursors = [foreign?.pageInfo.endCursor, backups?.pageInfo.endCursor, entry?.id, '', 'zzz', 'a'.repeat(22)];
    for (const given of ['(first: 201)', '(first: -1)', ...cursors.map((cursor) => `(after: "${cursor}")`)]) {
      const { errors } = await office.as('anna').askText(`{ auditLog${given} { nodes { id } } }`);
      const field = given.includes('first') ? ['first'] : ['after'];
      expect(errors?.[0]?.extensions, given).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
  });

  it('has a command at once, also where answers are kept', async () => {
    await using files = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const gateway = startGateway({ providers: [{ ...files.config, cacheSeconds: 60 }] });
    await using _ = gateway;
    expect(await auditLog(gateway)).toEqual([]);
    await gateway.askText(`mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`);
    expect(await auditLog(gateway)).toMatchObject([{ viewerId: 'anonymous' }]);
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
    const entries = await auditLog(as('anna'));
    expect(entries.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['REFUSED', 'FORBIDDEN'],
      ['FAILED', 'INTERNAL'],
      ['DONE', null],
    ]);
    expect(entries[2]?.targets.map(({ id }) => id)).toEqual(['a', 'b', accounting, 'dry']);
    expect(JSON.stringify(entries)).not.toContain('hush');
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
        ledger: { file: join(folder, 'ledger.db'), lookForSeconds: 1 },
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
        level: 30,
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
      .poll(async () => (await auditLog(second.asker))[0], { timeout: 10_000 })
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
  }, 60_000);
});
