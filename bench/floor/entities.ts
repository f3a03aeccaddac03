/** The entities of each product with the latest backup of each, by as few calls as the products have for it. */
import type { EntityNode } from '../operations.ts';
import type { borgRow, repositoryRow } from '../products/borg.ts';
import type { connectionRow } from '../products/flosum.ts';
import type { machineRow, vprotectRow } from '../products/vprotect.ts';
import { type Kind, machineCount, repositoryCount, type Served } from '../systems.ts';
import { type AnyList, listsOf } from './rows.ts';

/** Asks one path of the system that a list belongs to. */
export type Get = (list: AnyList, path: string) => Promise<unknown>;

type Reader = (lists: readonly AnyList[], get: Get) => Promise<readonly EntityNode[]>;

function toEntity(list: AnyList, id: string, name: string, latest: unknown): EntityNode {
  const backup = latest === undefined ? null : list.show(latest);
  const latestBackup = backup && { id: list.idOf(latest), status: backup.status, startedAt: backup.startedAt };
  return { id: `${list.provider}:${id}`, name, provider: { name: list.provider }, latestBackup };
}

const readFlosum: Reader = async (lists, get) => {
  const [first] = lists;
  if (!first) return [];
  const newest = lists.map(async (list) => list.rowsOf(await get(list, list.path(1)))[0]);
  const [connections, ...latest] = await Promise.all([get(first, '/api/v1/connections?page=1&limit=2000'), ...newest]);
  const { items } = connections as { items: ReturnType<typeof connectionRow>[] };
  return lists.map((list, place) => {
    const connection = items[place];
    return toEntity(list, String(connection?.id), connection?.name ?? '', latest[place]);
  });
};

const readLabii: Reader = (lists, get) =>
  Promise.all(
    lists.map(async (list) => toEntity(list, 'org1', 'Our laboratory', list.rowsOf(await get(list, list.path(1)))[0])),
  );

/** A list that is so much longer than there are entities has a backup of each. */
const rowsAnEntity = 2;

const readVProtect: Reader = async ([list], get) => {
  if (!list) return [];
  const machines = get(list, '/api/virtual-machines?page=0&size=500') as Promise<ReturnType<typeof machineRow>[]>;
  const rows = get(list, list.path(machineCount * rowsAnEntity)) as Promise<ReturnType<typeof vprotectRow>[]>;
  const latest = new Map((await rows).toReversed().map((row) => [row.protectedEntity.guid, row]));
  return (await machines).map(({ guid, name }) => toEntity(list, guid, name, latest.get(guid)));
};

const readBorg: Reader = async ([list], get) => {
  if (!list) return [];
  const repositories = get(list, '/api/repositories/') as Promise<{ repositories: ReturnType<typeof repositoryRow>[] }>;
  const jobs = get(list, list.path(repositoryCount * rowsAnEntity)) as Promise<{ jobs: ReturnType<typeof borgRow>[] }>;
  const latest = new Map((await jobs).jobs.toReversed().map((row) => [row.repository, row]));
  return (await repositories).repositories.map(({ path, name }) => toEntity(list, path, name, latest.get(path)));
};

const readers: Readonly<Record<Kind, Reader>> = {
  flosum: readFlosum,
  labii: readLabii,
  vprotect: readVProtect,
  borg: readBorg,
};

/** In the order of the systems' names. */
export async function readEntities(systems: readonly Served[], get: Get): Promise<readonly EntityNode[]> {
  const ordered = systems.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(ordered.map((system) => readers[system.kind](listsOf(system), get)))).flat();
}
