/** Each number of a group is the same alone, where nothing else is read, as beside all others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { stopped } from '../support/protection.ts';
import { eager, untilComplete } from '../support/stored-history.ts';

let borg: Awaited<ReturnType<typeof startBorgSandbox>>;
let gateway: TestGateway;

beforeAll(async () => {
  borg = await startBorgSandbox({ ...stopped, history: 60 });
  gateway = startGateway({ providers: [borg.config], storage: openStorage(':memory:'), history: eager });
  await untilComplete(gateway);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await borg[Symbol.asyncDispose]();
});

type Groups = readonly Readonly<Record<string, unknown>>[];

async function groupsOf(selection: string, fragments = ''): Promise<Groups> {
  const { data, errors } = await gateway.askText(
    `{ backupTotals(groupBy: [DAY, STATUS]) { groups { ${selection} } } } ${fragments}`,
  );
  expect(errors, JSON.stringify(errors)).toBeUndefined();
  return (data as unknown as { backupTotals: { groups: Groups } }).backupTotals.groups;
}

/** Every field of a group that has no fields of its own. */
async function fieldsOfGroup(): Promise<readonly string[]> {
  const { data } = await gateway.askText(
    '{ __type(name: "BackupTotalsGroup") { fields { name type { kind ofType { kind } } } } }',
  );
  const { fields } = (
    data as unknown as {
      __type: { fields: { name: string; type: { kind: string; ofType: { kind: string } | null } }[] };
    }
  ).__type;
  const isValue = (kind: string) => kind === 'SCALAR' || kind === 'ENUM';
  return fields.filter(({ type }) => isValue((type.ofType ?? type).kind)).map(({ name }) => name);
}

test('every field alone, by another name, and in a fragment', async () => {
  const names = await fieldsOfGroup();
  const all = await groupsOf(names.join(' '));
  for (const name of ['count', 'durationSeconds', 'medianDurationSeconds', 'originalBytes']) {
    expect(all.filter((group) => group[name] !== null && group[name] !== 0).length, name).toBeGreaterThan(5);
  }
  for (const name of names) {
    const values = all.map((group) => group[name]);
    expect(
      (await groupsOf(name)).map((group) => group[name]),
      name,
    ).toEqual(values);
    expect(
      (await groupsOf(`other: ${name}`)).map(({ other }) => other),
      name,
    ).toEqual(values);
    const inFragment = await groupsOf('...Part', `fragment Part on BackupTotalsGroup { ${name} }`);
    expect(
      inFragment.map((group) => group[name]),
      name,
    ).toEqual(values);
  }
});
