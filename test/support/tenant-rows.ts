/**
 * For each field of the schema's roots, what a guest tries on it with everything that leads to a provider that it may
 * not see: its names, ids of its rows, and cursors that somebody else got.
 */

import { globalId } from './gateway.ts';
import { shareOf } from './nightly.ts';
import { hiddenNames, type Rows, seenNames } from './tenants.ts';

export interface Keys {
  readonly hidden: Rows;
  readonly seen: Rows;
  /** Of lists of the chief's, over everything, with what was missing of hidden providers noted in some. */
  readonly chiefCursors: readonly string[];
  readonly chiefEntityCursors: readonly string[];
  /** Of the guest's own first page, and changed by it: with other hints, providers and notes of what was missing. */
  readonly guestCursors: readonly string[];
  /** Operations on hidden providers. */
  readonly operations: readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;
export type RowsOfField = (keys: Keys) => readonly Variables[];

const names = Object.values(hiddenNames);
const first = 4;
const range = { from: '2026-10-01T00:00:00Z', to: '2026-11-20T00:00:00Z', bucket: 'WEEK' };

const backupFilters = ({ hidden, seen }: Keys): Variables[] => [
  {},
  ...names.map((name) => ({ providers: [name] })),
  { providers: [seenNames[0], names[0]] },
  { providers: [...names, ...seenNames] },
  { providers: ['never-configured'] },
  { entities: hidden.entities },
  { entities: [hidden.entities[0], seen.entities[0]] },
  { entities: [hidden.entities[1], 'no id'] },
  { kinds: ['BORG'], search: 'a' },
  { entitySearch: 'a' },
  { vprotect: { onlyMountable: true } },
  { borg: { backupPlanId: '1' }, labii: {} },
  { errorSearch: 'e', minStoredBytes: 1 },
  { dataPresence: ['REMOVED', 'PRESENT'] },
  { endedAfter: range.from, endedBefore: range.to },
];
const entityFilters: readonly Variables[] = [
  {},
  { providers: [names[0]] },
  { providers: [seenNames[0], names[2]] },
  { kinds: ['LABII'] },
  { protection: ['OVERDUE', 'NEVER_BACKED_UP'] },
];
const anyId = ({ hidden, operations }: Keys): readonly string[] => [
  ...names.map((name) => globalId('Provider', name, '')),
  ...hidden.backups,
  ...hidden.entities,
  ...operations,
  globalId('Operation', seenNames[0] ?? '', 'ffffffff-0000-4000-8000-000000000000'),
];
const forEach = <T>(values: readonly T[], toVariables: (value: T) => Variables): Variables[] => values.map(toVariables);
const inputs = (values: readonly Variables[]): Variables[] => values.map((input) => ({ input }));

/** Every key that a router may have of something: by id, under each name that it could be, and by the product's own id. */
const representations = (keys: Keys): readonly Variables[] => [
  ...anyId(keys).map((id) => ({
    __typename: Buffer.from(id, 'base64url').toString().split(':', 1)[0],
    id,
  })),
  ...anyId(keys).map((id) => ({ __typename: 'ProtectedEntity', id })),
  ...keys.hidden.externalIds.flatMap(({ provider: providerName, externalId }) =>
    ['BorgRepository', 'LabiiOrganization', 'ProtectedEntity', 'SalesforceOrg', 'VProtectEntity'].map((__typename) => ({
      __typename,
      providerName,
      externalId,
    })),
  ),
];

export const doorRows: Readonly<Record<string, RowsOfField>> = {
  'Query._entities': (keys) => [
    { representations: representations(keys).slice(0, 120) },
    // The gate asks for most of them together only.
    ...forEach(shareOf(representations(keys), 0, 5), (one) => ({ representations: [one] })),
    { representations: [{ __typename: 'BorgBackup', id: keys.seen.backups[0] }, ...representations(keys).slice(0, 9)] },
  ],
  // Off where somebody is asked who they are; what it tells is the same for everybody.
  'Query._service': () => [{}],
  'Query.backup': (keys) => forEach(anyId(keys), (id) => ({ id })),
  // In the gate every other filter: the list has all of them.
  'Query.backupStatistics': (keys) => forEach(shareOf(backupFilters(keys), 0, 2), (filter) => ({ filter })),
  'Query.backupTimeline': (keys) => forEach(backupFilters(keys).slice(0, 8), (filter) => ({ ...range, filter })),
  'Query.backupTotals': (keys) => [
    ...forEach(backupFilters(keys).slice(0, 8), (filter) => ({ groupBy: ['PROVIDER', 'ENTITY'], filter })),
    { groupBy: ['KIND', 'MONTH'] },
    {},
  ],
  'Query.backups': (keys) => [
    ...forEach(backupFilters(keys), (filter) => ({ first, filter })),
    { first, orderBy: { field: 'STARTED_AT', direction: 'ASC' } },
    { last: first },
    { first, lastKnown: true },
    { first, orderBy: { field: 'SIZE', direction: 'DESC' } },
    ...forEach(names, (name) => ({ first, lastKnown: true, filter: { providers: [name] } })),
    // In the gate each cursor leads one way.
    ...forEach(shareOf([...keys.chiefCursors, ...keys.guestCursors], 0, 2), (after) => ({ first, after })),
    ...forEach(shareOf([...keys.chiefCursors, ...keys.guestCursors], 1, 2), (before) => ({ last: first, before })),
  ],
  // Places in it are enciphered by each gateway for itself: what leads on from the chief's is in audit.test.ts.
  'Query.auditLog': () => [
    { first: 200 },
    { first: 1 },
    { first, after: 'no cursor' },
    ...forEach(names, (name) => ({ first, filter: { providers: [name] } })),
  ],
  'Query.node': (keys) => forEach(anyId(keys), (id) => ({ id })),
  'Query.nodes': (keys) => [{ ids: anyId(keys) }, { ids: [...keys.seen.backups, ...anyId(keys)] }],
  'Query.operation': (keys) => forEach(anyId(keys), (id) => ({ id })),
  'Query.operations': () => [
    { first: 200 },
    { first: 1 },
    { first, after: 'no cursor' },
    ...forEach(names, (name) => ({ first, filter: { providers: [name] } })),
    { first, filter: { providers: [seenNames[0], names[0]] } },
  ],
  'Query.protectedEntities': (keys) => [
    ...forEach(entityFilters, (filter) => ({ first, filter })),
    { first, lastKnown: true },
    ...forEach(keys.chiefEntityCursors, (after) => ({ first, after })),
    ...forEach(keys.chiefEntityCursors, (before) => ({ last: first, before })),
  ],
  'Query.protectedEntity': ({ hidden }) => [
    ...hidden.externalIds,
    ...forEach(hidden.externalIds, ({ externalId }) => ({ provider: seenNames[0], externalId })),
  ],
  'Query.provider': () => forEach([...names, 'never-configured'], (name) => ({ name })),
  'Query.providers': () => [{}],
  'Query.viewer': () => [{}],
  'Mutation.acknowledgeBackupWarnings': ({ hidden, seen }) =>
    inputs([
      ...forEach(hidden.backups, (id) => ({ ids: [id] })),
      { ids: hidden.backups },
      { ids: [hidden.backups[0], ...seen.backups, hidden.backups[1]] },
      { ids: [hidden.backups[0], 'no id'] },
      { ids: [] },
    ]),
  'Mutation.cancelBackup': ({ hidden }) => inputs(forEach(hidden.backups, (id) => ({ id }))),
  'Mutation.createDownloadLink': ({ hidden }) =>
    inputs([
      ...[...hidden.backups, 'no id'].map((log) => ({ log })),
      ...names.map((name) => ({ report: { name: 'BACKUPS_CSV', backups: { providers: [name] } } })),
      ...names.map((name) => ({ report: { name: 'PROTECTION_CSV', entities: { providers: [name] } } })),
    ]),
  'Mutation.createBackup': ({ hidden, seen }) =>
    [...hidden.entities, 'no id'].flatMap((entityId) =>
      inputs([
        { flosum: { entityId, name: 'x', idempotencyKey: `flosum ${entityId}`.slice(0, 200) } },
        { labii: { entityId, idempotencyKey: 'the same for all' } },
        { vprotect: { entityId } },
        { borg: { entityId } },
        // Of another kind than its provider.
        { borg: { entityId: seen.entities[2] } },
      ]),
    ),
  'Mutation.retryBackup': ({ hidden }) =>
    inputs([
      ...forEach(hidden.backups, (id) => ({ id })),
      ...forEach(hidden.backups, (id) => ({ id, idempotencyKey: 'k' })),
    ]),
  'Mutation.startBackups': ({ hidden }) =>
    inputs([
      ...forEach(hidden.entities, (entityId) => ({ entityIds: [entityId] })),
      { entityIds: [...hidden.entities], idempotencyKey: 'a batch' },
      { entityIds: [hidden.entities[0], 'no id'], idempotencyKey: 'a batch' },
      { entityIds: [] },
    ]),
  'Mutation.startBackup': ({ hidden }) =>
    inputs([
      ...forEach(hidden.entities, (entityId) => ({ entityId })),
      ...forEach(hidden.entities, (entityId) => ({ entityId, idempotencyKey: 'the same for all' })),
      ...forEach(hidden.entities, (entityId) => ({ entityId, name: 'n', description: 'd', idempotencyKey: '' })),
    ]),
  'Mutation.updateBackupDescription': ({ hidden }) =>
    inputs(forEach(hidden.backups, (id) => ({ id, description: 'new' }))),
  'Mutation.updateBackupWarnings': ({ hidden }) => inputs(forEach(hidden.backups, (id) => ({ id, warnings: ['new'] }))),
  // What goes on without an end is in streams.test.ts.
  'Subscription.backupChanges': () => [
    ...forEach(names, (name) => ({ filter: { providers: [name] } })),
    { filter: { providers: [seenNames[0], ...names] } },
    { after: 'no cursor' },
  ],
  'Subscription.backupLog': (keys) => [
    ...forEach(anyId(keys), (id) => ({ id })),
    ...forEach(keys.hidden.backups, (id) => ({ id, after: 'no cursor' })),
    { id: keys.seen.backups[0] },
  ],
  'Subscription.backupProgress': (keys) => [...forEach(anyId(keys), (id) => ({ id })), { id: keys.seen.backups[0] }],
  'Subscription.operationChanges': (keys) => forEach(anyId(keys), (id) => ({ id })),
};
