/** What clients narrow lists by, and how it reaches the core. One file, since filters of backups and entities share parts. */

import { badInput } from '../src/core/errors.ts';
import { type HistoryOrder, historyOrderFields } from '../src/core/history.ts';
import type { Instant } from '../src/core/instant.ts';
import type { BackupStatus, BackupTrigger, BackupType, DataPresence, Ref } from '../src/core/model.ts';
import type { ListFilter, ListQuery } from '../src/lists/backup-list.ts';
import type { EntityFilter } from '../src/lists/entity-list.ts';
import type { EntityOrder } from '../src/lists/entity-order.ts';
import type { ProtectionStatus } from '../src/lists/protection.ts';
import { type Builder, describe } from './builder.ts';
import type { defineEnums } from './enums.ts';
import { decodeId } from './ids.ts';
import type { ProductNames } from './product-names.ts';

const maxSearchLength = 80;

export function defineInputs(
  builder: Builder,
  enums: ReturnType<typeof defineEnums>,
  products: readonly ProductNames[],
) {
  const productFilters = products.flatMap(({ kind, defineFilter }) =>
    defineFilter ? [[kind, defineFilter(builder)] as const] : [],
  );
  const BackupFilter = builder.inputType('BackupFilter', {
    description:
      'Selects backups. A list matches any of its values; several fields must all match; an empty list matches nothing.',
    fields: (t) => ({
      providers: t.stringList({ description: 'Only these providers, by name. An unknown name is BAD_USER_INPUT.' }),
      kinds: t.field({ type: [enums.ProviderKind], description: 'Only these products.' }),
      entities: t.idList({ description: 'Only backups of these entities, by id.' }),
      statuses: t.field({ type: [enums.BackupStatus], description: 'Only backups with one of these statuses.' }),
      types: t.field({ type: [enums.BackupType], description: 'Only backups of these types.' }),
      triggers: t.field({ type: [enums.BackupTrigger], description: 'Only backups with one of these triggers.' }),
      startedAfter: t.field({
        type: 'DateTime',
        description: 'Only backups at or after this time, by `sortedAt`; a queued backup counts as now.',
      }),
      startedBefore: t.field({
        type: 'DateTime',
        description: 'Only backups before this time (exclusive), by `sortedAt`; a queued backup counts as now.',
      }),
      search: t.string({
        description: 'Only backups whose name or description contains this text, ignoring case; at most 80 characters.',
      }),
      ...defineRowFields(t, enums),
      // Read by `toOwn`, since its names are those of the products.
      ...(Object.fromEntries(
        productFilters.map(([kind, type]) => [kind, t.field({ type, description: productFilterDescription(kind) })]),
      ) as unknown as Record<never, never>),
    }),
  });
  const ProtectedEntityFilter = builder.inputType('ProtectedEntityFilter', {
    description: 'Selects protected entities. A list matches any of its values; several fields must all match.',
    fields: (t) => ({
      providers: t.stringList({ description: 'Only these providers, by name. An unknown name is BAD_USER_INPUT.' }),
      kinds: t.field({ type: [enums.ProviderKind], description: 'Only these products.' }),
      search: t.string({
        description:
          'Only entities whose name or external id contains this text, ignoring case; at most 80 characters.',
      }),
      labels: t.stringList({
        description:
          'Only entities with one of these labels, exactly as `ProtectedEntity.labels` shows them. Entities whose product does not tell labels are left out, and named in `problems`.',
      }),
      protection: t.field({
        type: [enums.ProtectionStatus],
        description:
          'Only entities with one of these protection states now; this reads the state of every entity that matches the other fields, by what lists tell: removed data counts only where lists tell it (see `Protection.dataPresence`). An entity whose state cannot be determined is UNKNOWN, and `problems` tells why, even if UNKNOWN is not requested.',
      }),
      lastSuccessBefore: t.field({
        type: 'DateTime',
        description:
          'Only entities whose newest success ended before this time (exclusive), as `Protection.lastSuccessAt` tells it, or that have none. It reads and costs what `protection` does. An entity for which that cannot be determined is left out, and `problems` tells why.',
      }),
    }),
  });
  const BackupOrderField = builder.enumType('BackupOrderField', {
    description: 'A field by which backups can be ordered.',
    values: {
      STARTED_AT: {
        description:
          'By `sortedAt`: the start, or the nearest time of the backup that the product keeps and that does not change.',
      },
      ...describe(historyOrderFields, historyOrders),
    },
  });
  const OrderDirection = builder.enumType('OrderDirection', {
    description: 'Direction of an order.',
    values: {
      ASC: { description: 'Oldest, smallest or shortest first; names from A to Z.' },
      DESC: { description: 'Newest, largest or longest first; names from Z to A.' },
    },
  });
  const BackupOrder = builder.inputType('BackupOrder', {
    description: 'Order of backups. Backups with equal values are ordered by provider name, then by external id.',
    fields: (t) => ({
      field: t.field({ type: BackupOrderField, required: true, description: 'The field to order by.' }),
      direction: t.field({ type: OrderDirection, required: true, description: 'Ascending or descending.' }),
    }),
  });
  const ProtectedEntityOrderField = builder.enumType('ProtectedEntityOrderField', {
    description: 'Field that a list of entities is ordered by.',
    values: {
      PROVIDER: { description: 'Name of the provider, then external id.' },
      NAME: { description: 'Name, ignoring case; equal names by provider name, then by external id.' },
      LAST_SUCCESS: {
        description:
          'End of the newest success, as `Protection.lastSuccessAt` tells it; an entity without any counts as the oldest. Those for which it cannot be determined are last in both directions; one that may have a newer success is placed by the known one. `problems` tells why. It reads and costs what the filter `lastSuccessBefore` does.',
      },
    },
  });
  const ProtectedEntityOrder = builder.inputType('ProtectedEntityOrder', {
    description: 'Order of entities.',
    fields: (t) => ({
      field: t.field({ type: ProtectedEntityOrderField, required: true, description: 'The field to order by.' }),
      direction: t.field({ type: OrderDirection, required: true, description: 'Ascending or descending.' }),
    }),
  });
  const pageArgs = builder.args((t) => ({
    first: t.int({ description: 'Page size when paging forward, 0 to 200; 25 by default.' }),
    after: t.string({
      description: 'Return items after this cursor: `endCursor` of the previous page, with the same filter and order.',
    }),
    last: t.int({ description: 'Page size when paging backward from `before` or from the end, 0 to 200.' }),
    before: t.string({
      description: 'Return items before this cursor: `startCursor` of the next page, with the same filter and order.',
    }),
  }));
  const backupArgs = builder.args((t) => ({
    ...pageArgs,
    filter: t.field({ type: BackupFilter, description: 'Which backups to return; all by default.' }),
    orderBy: t.field({
      type: BackupOrder,
      defaultValue: { field: 'STARTED_AT', direction: 'DESC' },
      description: 'Order of the list; newest first by default.',
    }),
    maxAgeSeconds: t.int({
      defaultValue: 0,
      description:
        'How old rows may be. A provider is not asked if the gateway has seen every row of this part of its list within so many seconds: such rows have `observedAt`, and the connection `asOf`. 0: every provider is asked. Not with the end of a list, oldest first, `entitySearch` and `dataPresence`, nor with filters that only the product can apply.',
    }),
    lastKnown: t.boolean({
      defaultValue: false,
      description:
        'Take the rows of a provider that does not answer from what the gateway has stored: such rows have `observedAt`, and their problem `servedAsOf`. Not with `entitySearch`, nor with filters that only the product can apply.',
    }),
  }));
  const entityArgs = builder.args((t) => ({
    ...pageArgs,
    filter: t.field({ type: ProtectedEntityFilter, description: 'Which entities to return; all by default.' }),
    orderBy: t.field({
      type: ProtectedEntityOrder,
      defaultValue: { field: 'PROVIDER', direction: 'ASC' },
      description: 'Order of the list; by provider by default.',
    }),
    lastKnown: t.boolean({
      defaultValue: false,
      description:
        'Take the entities of a provider that does not answer from what the gateway has stored, once an hour: such entities have `observedAt`, and their problem `servedAsOf`. Their `protection` is UNKNOWN, with `lastKnown`.',
    }),
  }));
  return { BackupFilter, ProtectedEntityFilter, pageArgs, backupArgs, entityArgs };
}

const fromHistory = 'From the history: no product is asked, and the connection’s `asOf` says when they were.';
const historyOrders: Record<HistoryOrder['field'], string> = {
  SIZE: `By \`size.storedBytes\`, or \`size.originalBytes\` where that is not known; backups without a size come last, in both directions. ${fromHistory}`,
  DURATION: `By \`durationSeconds\`; backups without one come last, in both directions. ${fromHistory}`,
  ENDED_AT: `By \`endedAt\`; backups without one come last, in both directions. ${fromHistory}`,
  NAME: `By \`name\`, ignoring case, up to 200 characters; backups without one come last, in both directions. ${fromHistory}`,
};

const productFilterDescription = (kind: string): string =>
  `Only backups of the product ${kind.toUpperCase()} that also match this. Providers of other products are left out, and named in \`problems\` unless \`kinds\` or \`providers\` leave them out, too; with the filters of several products, the backups of each match its own. Not for \`backupChanges\`.`;

type FilterFields = Parameters<Parameters<Builder['inputType']>[1]['fields']>[0];

/** Fields that the gateway applies to rows itself, since no product can. */
const defineRowFields = (t: FilterFields, enums: ReturnType<typeof defineEnums>) => ({
  endedAfter: t.field({
    type: 'DateTime',
    description:
      'Only backups that ended at or after this time, by `endedAt`. vProtect, and the current generation of Labii, do not tell when a backup ended: `problems` names them.',
  }),
  endedBefore: t.field({
    type: 'DateTime',
    description: 'Only backups that ended before this time (exclusive), likewise.',
  }),
  minStoredBytes: t.field({
    type: 'ByteCount',
    description:
      'Only backups that occupy at least so many bytes in their storage, by `size.storedBytes`. Flosum and Labii do not tell it: `problems` names them.',
  }),
  entitySearch: t.string({
    description:
      'Only backups of entities whose name or external id contains this text, ignoring case; at most 80 characters. An entity that its product no longer lists is not found. It costs a list of the entities. Not for `backupChanges`.',
  }),
  errorSearch: t.string({
    description:
      'Only backups whose `errorMessage` contains this text, ignoring case; at most 80 characters. Flosum and Labii do not tell it in lists: `problems` names them if a backup that failed may be left out.',
  }),
  dataPresence: t.field({
    type: [enums.DataPresence],
    description:
      'Only backups with one of these presences of their data. UNKNOWN includes every backup that did not succeed. Flosum and Labii never tell it: without UNKNOWN, `problems` names them. It costs what the field `dataPresence` costs, for every row that is read.',
  }),
});

type Given<T> = T | null | undefined;

export interface BackupFilterInput {
  readonly providers?: Given<readonly string[]>;
  readonly kinds?: Given<readonly string[]>;
  readonly entities?: Given<readonly string[]>;
  readonly statuses?: Given<readonly BackupStatus[]>;
  readonly types?: Given<readonly BackupType[]>;
  readonly triggers?: Given<readonly BackupTrigger[]>;
  readonly startedAfter?: Given<Instant>;
  readonly startedBefore?: Given<Instant>;
  readonly search?: Given<string>;
  readonly endedAfter?: Given<Instant>;
  readonly endedBefore?: Given<Instant>;
  readonly minStoredBytes?: Given<number>;
  readonly entitySearch?: Given<string>;
  readonly errorSearch?: Given<string>;
  readonly dataPresence?: Given<readonly DataPresence[]>;
}

/** Names of the fields that are not filters of a product. */
const commonFields: Readonly<Record<keyof BackupFilterInput, true>> = {
  providers: true,
  kinds: true,
  entities: true,
  statuses: true,
  types: true,
  triggers: true,
  startedAfter: true,
  startedBefore: true,
  search: true,
  endedAfter: true,
  endedBefore: true,
  minStoredBytes: true,
  entitySearch: true,
  errorSearch: true,
  dataPresence: true,
};

/** The filters of products, by kind. */
function toOwn(input: Given<BackupFilterInput>): ListFilter['own'] {
  const own = Object.entries(input ?? {}).filter(([name, value]) => !(name in commonFields) && value != null);
  return own.length === 0 ? null : (Object.fromEntries(own) as ListFilter['own']);
}

export const toListFilter = (input: Given<BackupFilterInput>): ListFilter => ({
  providers: input?.providers ?? null,
  kinds: input?.kinds ?? null,
  entities: input?.entities?.map(toEntityRef) ?? null,
  statuses: input?.statuses ?? null,
  types: input?.types ?? null,
  triggers: input?.triggers ?? null,
  startedAfter: input?.startedAfter ?? null,
  startedBefore: input?.startedBefore ?? null,
  search: toSearch(input?.search),
  endedAfter: input?.endedAfter ?? null,
  endedBefore: input?.endedBefore ?? null,
  minStoredBytes: input?.minStoredBytes ?? null,
  entitySearch: toSearch(input?.entitySearch, ['filter', 'entitySearch']),
  errorSearch: toSearch(input?.errorSearch, ['filter', 'errorSearch']),
  dataPresences: input?.dataPresence ?? null,
  own: toOwn(input),
});

export interface EntityFilterInput {
  readonly providers?: Given<readonly string[]>;
  readonly kinds?: Given<readonly string[]>;
  readonly search?: Given<string>;
  readonly protection?: Given<readonly ProtectionStatus[]>;
  readonly lastSuccessBefore?: Given<Instant>;
  readonly labels?: Given<readonly string[]>;
}

export const toEntityFilter = (input: Given<EntityFilterInput>): EntityFilter => ({
  providers: input?.providers ?? null,
  kinds: input?.kinds ?? null,
  search: toSearch(input?.search),
  protection: input?.protection ?? null,
  lastSuccessBefore: input?.lastSuccessBefore ?? null,
  // Cursors of earlier versions have none.
  labels: input?.labels ?? undefined,
});

/** A well-formed id of nothing matches nothing; one that is no id at all is a mistake worth telling. */
function toEntityRef(id: string): Ref {
  const decoded = decodeId(id);
  if (!decoded)
    throw badInput('"filter.entities" holds something that is no id. Use the ids of ProtectedEntity.', [
      'filter',
      'entities',
    ]);
  return { provider: decoded.provider, localId: decoded.localId };
}

/** Throws BAD_USER_INPUT if the text is too long. `path`: of the argument that has the text. */
export function toSearch(search: Given<string>, path: readonly string[] = ['filter', 'search']): string | null {
  if (search === null || search === undefined || search === '') return null;
  if (search.length > maxSearchLength) {
    const message = `"${path.at(-1)}" has ${search.length} characters; at most ${maxSearchLength} are looked for.`;
    throw badInput(message, path);
  }
  return search;
}

interface BackupOrderInput {
  readonly field: 'STARTED_AT' | HistoryOrder['field'];
  readonly direction: 'ASC' | 'DESC';
}

/** Null: newest first. */
export function toBackupOrder(given: BackupOrderInput | null | undefined): Pick<ListQuery, 'isAscending' | 'ordered'> {
  const isAscending = given?.direction === 'ASC';
  const field = given?.field ?? 'STARTED_AT';
  return { isAscending, ordered: field === 'STARTED_AT' ? null : { field, isDescending: !isAscending } };
}

export interface EntityOrderInput {
  readonly field: EntityOrder['field'];
  readonly direction: 'ASC' | 'DESC';
}

export const toEntityOrder = (given: EntityOrderInput | null | undefined): EntityOrder => ({
  field: given?.field ?? 'PROVIDER',
  isDescending: given?.direction === 'DESC',
});
