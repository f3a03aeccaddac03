/** Which commands were given, by whom, and what became of them: lists of operations, and filters of the audit log. */
import { describe, expect, it } from 'vitest';
import { answersStatus } from '../support/faults.ts';
import { globalId } from '../support/gateway.ts';
import { type Asker, accounting, auditLog, errorsOf, machineBackup, startOffice } from '../support/office.ts';

interface Operation {
  readonly id: string;
  readonly requestedBy: string | null;
  readonly requestedAt: string;
  readonly status: string;
  readonly kind: string;
  readonly error: { readonly code: string } | null;
  readonly provider: { readonly name: string };
}
interface Page {
  readonly nodes: readonly Operation[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
const fields = `nodes { id requestedBy requestedAt status kind error { code } provider { name } }
  pageInfo { hasNextPage endCursor }`;

async function operations(asker: Asker, given = ''): Promise<Page> {
  const { data, errors } = await asker.askText(`{ operations${given} { ${fields} } }`);
  expect(errors).toBeUndefined();
  return (data as unknown as { operations: Page }).operations;
}
const start = (asker: Asker, id: string) =>
  asker.askText(`mutation { startBackup(input: { entityId: "${id}" }) { operation { id } ${errorsOf} } }`);

/** Anna starts a repository, bert one that the product refuses, mona a machine; bert tries an id of nothing. */
async function startNight() {
  const office = await startOffice();
  await start(office.as('anna'), accounting);
  const fault = office.proxy.fail(answersStatus(403), {
    match: (method, path) => method === 'POST' && path.endsWith('/start'),
  });
  await start(office.as('bert'), globalId('BorgRepository', 'files', '/backups/mail'));
  fault.stop();
  await start(office.as('mona'), globalId('VProtectEntity', 'machines', office.machines.entities[0]?.guid ?? ''));
  await office.as('bert').askText(`mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`);
  return office;
}

describe('the list of operations', () => {
  it('tells operators which start failed and who asked, newest first', async () => {
    await using office = await startNight();
    const { nodes } = await operations(office.as('anna'));
    expect(nodes.map(({ requestedBy, provider }) => [requestedBy, provider.name])).toEqual([
      ['token:mona', 'machines'],
      ['token:bert', 'files'],
      ['token:anna', 'files'],
    ]);
    const failed = await operations(office.as('anna'), '(filter: { statuses: [FAILED], kinds: [START] })');
    expect(failed.nodes).toMatchObject([
      { requestedBy: 'token:bert', status: 'FAILED', error: { code: expect.any(String) } },
    ]);
  });

  it('is narrowed by provider, viewer, kind and time, and shows nobody what it may not see', async () => {
    await using office = await startNight();
    const anna = office.as('anna');
    const [newest, , oldest] = (await operations(anna)).nodes;
    const count = async (filter: string) => (await operations(anna, `(filter: ${filter})`)).nodes.length;
    expect(await count('{ providers: ["files"] }')).toBe(2);
    expect(await count('{ viewers: ["token:mona", "token:nobody"] }')).toBe(1);
    expect(await count('{ kinds: [CANCEL] }')).toBe(0);
    expect(await count('{ statuses: [] }')).toBe(0);
    expect(await count(`{ since: "${newest?.requestedAt}" }`)).toBe(1);
    expect(await count(`{ until: "${newest?.requestedAt}" }`)).toBe(2);
    expect((await operations(office.as('bert'))).nodes.map(({ id }) => id)).not.toContain(newest?.id);
    expect((await operations(office.as('mona'))).nodes.map(({ id }) => id)).toEqual([newest?.id]);
    const { data, errors } = await office
      .as('rita')
      .askText(`{ operations { ${fields} } operation(id: "${oldest?.id}") { requestedBy } }`);
    expect(data).toEqual({ operations: null, operation: { requestedBy: null } });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const unknown = await office
      .as('mona')
      .askText('{ operations(filter: { providers: ["files"] }) { nodes { id } } }');
    expect(unknown.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('is read page by page, also by requests that follow each other', async () => {
    await using office = await startNight();
    const anna = office.as('anna');
    const expected = (await operations(anna)).nodes.map(({ id }) => id);
    const found: string[] = [];
    let after: string | null = null;
    do {
      const given: string = after === null ? '' : `, after: "${after}"`;
      const page: Page = await operations(anna, `(first: 1${given})`);
      found.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(found).toEqual(expected);
    const { errors } = await anna.askText('{ operations(after: "zzz") { nodes { id } } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('a filter of the audit log', () => {
  it('selects by viewer, command, outcome, provider and time', async () => {
    await using office = await startNight();
    const anna = office.as('anna');
    const all = await auditLog(anna);
    expect(all).toHaveLength(4);
    const of = async (filter: string) => (await auditLog(anna, `(filter: ${filter})`)).map(({ id }) => id);
    const where = (matches: (entry: (typeof all)[number]) => boolean) => all.filter(matches).map(({ id }) => id);
    expect(await of('{ viewers: ["token:bert"] }')).toEqual(where(({ viewerId }) => viewerId === 'token:bert'));
    expect(await of('{ commands: ["cancelBackup"] }')).toEqual(where(({ command }) => command === 'cancelBackup'));
    expect(await of('{ outcomes: [DONE, ACCEPTED] }')).toEqual(
      where(({ outcome }) => outcome === 'DONE' || outcome === 'ACCEPTED'),
    );
    expect(await of('{ providers: ["machines"] }')).toEqual(where(({ viewerId }) => viewerId === 'token:mona'));
    const at = String(all[1]?.['at']);
    expect(await of(`{ since: "${at}" }`)).toEqual(where((entry) => String(entry['at']) >= at));
    expect(await of(`{ until: "${at}" }`)).toEqual(where((entry) => String(entry['at']) < at));
    expect(await of('{ viewers: [] }')).toEqual([]);
  });

  it('keeps to what a viewer may see, and refuses names that are wrong', async () => {
    await using office = await startNight();
    const mona = office.as('mona');
    const { guid } = office.machines.backups[0] ?? { guid: '' };
    await office
      .as('bert')
      .askText(
        `mutation { updateBackupDescription(input: { id: "${machineBackup(guid)}", description: "x" }) { ${errorsOf} } }`,
      );
    expect(await auditLog(mona, '(filter: { viewers: ["token:anna"] })')).toEqual([]);
    expect(await auditLog(mona, '(filter: { viewers: ["token:bert"] })')).toHaveLength(1);
    expect(await auditLog(office.as('bert'), '(filter: { providers: ["files"], outcomes: [UNKNOWN] })')).toEqual([]);
    for (const filter of ['{ commands: ["startBackups!"] }', '{ providers: ["files"] }']) {
      const { errors } = await mona.askText(`{ auditLog(filter: ${filter}) { nodes { id } } }`);
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
  });

  it('is read page by page', async () => {
    await using office = await startNight();
    const anna = office.as('anna');
    const expected = (await auditLog(anna, '(filter: { commands: ["startBackup"] })')).map(({ id }) => id);
    expect(expected).toHaveLength(3);
    const found: string[] = [];
    let after = '';
    for (let hasNextPage = true; hasNextPage; ) {
      const { data } = await anna.askText(
        `{ auditLog(first: 2, filter: { commands: ["startBackup"] }${after}) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
      );
      const page = (data as unknown as { auditLog: Page }).auditLog;
      found.push(...page.nodes.map(({ id }) => id));
      after = `, after: "${page.pageInfo.endCursor}"`;
      hasNextPage = page.pageInfo.hasNextPage;
    }
    expect(found).toEqual(expected);
  });
});
