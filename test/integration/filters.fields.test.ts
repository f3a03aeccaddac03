/** Filters by the end, the stored size, the entity's name, the error and the presence of data. */
import { expect, it } from 'vitest';
import { startFour } from '../support/four-changes.ts';

interface List {
  readonly totalCount?: number | null;
  readonly nodes: readonly Readonly<Record<string, never>>[];
  readonly pageInfo: { readonly endCursor: string };
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly provider: { name: string };
  }[];
}
type Four = Awaited<ReturnType<typeof startFour>>;

const fields = `totalCount pageInfo { endCursor } problems { code message provider { name } }
  nodes { endedAt errorMessage dataPresence status size { storedBytes } entity { name externalId } provider { name kind } }`;

async function ask({ gateway }: Four, filter: string, more = ''): Promise<List> {
  const { data, errors } = await gateway.askText(`{ backups(first: 200, filter: ${filter}${more}) { ${fields} } }`);
  expect(errors).toBeUndefined();
  return (data as unknown as { backups: List }).backups;
}
const namesOf = (list: List) => [...new Set(list.problems.map(({ provider }) => provider.name))].sort();
const values = (list: List, read: (row: never) => unknown) => list.nodes.map((row) => read(row as never));
const failedWith = (list: List) => list.nodes.map(({ errorMessage }) => String(errorMessage));

it('selects by each field, and names the products that do not tell it', async () => {
  await using four = await startFour();
  const sized = await ask(four, '{ minStoredBytes: 1000000 }');
  expect(sized.nodes.length).toBeGreaterThan(5);
  expect(values(sized, ({ size }: { size: { storedBytes: number } }) => size.storedBytes >= 1_000_000)).not.toContain(
    false,
  );
  expect(namesOf(sized)).toEqual(expect.arrayContaining(['labii', 'salesforce']));
  expect(sized.problems.map(({ message }) => message).join()).toContain('the stored size');
  expect(sized.totalCount).toBeNull();

  const ended = await ask(four, '{ endedAfter: "2020-01-01T00:00:00Z", endedBefore: "2099-01-01T00:00:00Z" }');
  expect(ended.nodes.length).toBeGreaterThan(5);
  expect(values(ended, ({ endedAt }: { endedAt: string | null }) => endedAt)).not.toContain(null);
  expect(namesOf(ended)).toContain('machines');

  const lost = await ask(four, '{ dataPresence: [REMOVED] }');
  expect(lost.nodes.length).toBeGreaterThan(0);
  expect(new Set(values(lost, ({ dataPresence }: { dataPresence: string }) => dataPresence))).toEqual(
    new Set(['REMOVED']),
  );
  expect(namesOf(lost)).toEqual(expect.arrayContaining(['labii', 'salesforce']));

  const whole = await ask(four, '{ dataPresence: [PRESENT, REMOVED, UNKNOWN] }');
  expect(whole.problems).toEqual([]);
  expect(whole.totalCount).toBe((await ask(four, '{}')).totalCount);
});

it('looks for errors as clients see them, and never in what is removed from them', async () => {
  await using four = await startFour();
  const { borg } = four;
  const entity = borg.repositories[0]?.path ?? '';
  borg.everyRun({ outcome: 'failed', errorMessage: 'no space left at https://user:hidden-pass@disk.example/x' });
  borg.startOutside(entity);
  borg.clock.advance(3_600_000);
  await expect.poll(async () => failedWith(await ask(four, '{ errorSearch: "NO SPACE LEFT AT" }')).length).toBe(1);
  expect((await ask(four, '{ errorSearch: "hidden-pass" }')).nodes).toEqual([]);
  expect((await ask(four, '{ errorSearch: "disk.example" }')).nodes).toEqual([]);
});

it('finds backups by the name of their entity, with cursors of that list only', async () => {
  await using four = await startFour();
  const all = await ask(four, '{}');
  const [name = ''] = values(all, ({ entity }: { entity: { name: string } }) => entity.name) as string[];
  const found = await ask(four, `{ entitySearch: ${JSON.stringify(name.toUpperCase())} }`);
  const expected = values(all, ({ entity }: { entity: { name: string } | null }) => entity?.name).filter(
    (one) => one === name,
  );
  expect(values(found, ({ entity }: { entity: { name: string } }) => entity.name)).toEqual(expected);
  expect(found.totalCount).toBe(expected.length);
  expect(found.problems).toEqual([]);

  const { pageInfo } = await ask(four, `{ entitySearch: ${JSON.stringify(name)} }`);
  const other = await four.gateway.askText(
    `{ backups(filter: { entitySearch: "x" }, after: "${pageInfo.endCursor}") { nodes { id } } }`,
  );
  expect(other.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

it('names a provider whose entities cannot be listed, and shows the rows of the others', async () => {
  await using four = await startFour();
  four.vprotect.outage = 503;
  const found = await ask(four, '{ entitySearch: "a" }');
  expect(found.nodes.length).toBeGreaterThan(0);
  expect(namesOf(found)).toEqual(['machines']);
});

it('says in problems why totalCount is null', async () => {
  await using four = await startFour();
  const counted = await ask(four, '{ statuses: [RUNNING] }');
  expect(counted.totalCount).toBeNull();
  expect(counted.problems.map(({ code }) => code)).toContain('INCOMPLETE');
  expect(counted.problems.map(({ message }) => message).join()).toContain('totalCount is null');
  const { data } = await four.gateway.askText('{ backups(filter: { statuses: [RUNNING] }) { problems { code } } }');
  expect(data).toEqual({ backups: { problems: [] } });
});

it('refuses a stream by the name of an entity, and says what to use', async () => {
  await using four = await startFour();
  const client = await four.gateway.connect();
  const events = client.iterate({
    query: 'subscription { backupChanges(filter: { entitySearch: "a" }) { __typename } }',
  });
  const { value } = await events.next();
  expect(value?.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(value?.errors?.[0]?.message).toContain('filter.entities');
});
