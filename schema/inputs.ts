/** What clients narrow lists by, and how it reaches the core. */

import { badInput } from '../src/core/errors.ts';
import type { Instant } from '../src/core/instant.ts';
import type { ListFilter } from '../src/core/lists/backup-list.ts';
import type { EntityFilter } from '../src/core/lists/entity-list.ts';
import type { ProtectionStatus } from '../src/core/lists/protection.ts';
import type { BackupStatus, BackupTrigger, BackupType, Ref } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import type { defineEnums } from './enums.ts';
import { decodeId } from './ids.ts';

const maxSearchLength = 80;

export function defineInputs(builder: Builder, enums: ReturnType<typeof defineEnums>) {
  const BackupFilter = builder.inputType('BackupFilter', {
    description:
      'Which backups are meant. A list means any of its items, several fields mean all of them; an empty list matches nothing.',
    fields: (t) => ({
      providers: t.stringList({ description: 'Names of providers. One that is not configured is BAD_USER_INPUT.' }),
      kinds: t.field({ type: [enums.ProviderKind], description: 'Products.' }),
      entities: t.idList({ description: 'Ids of what was backed up.' }),
      statuses: t.field({ type: [enums.BackupStatus], description: 'How they stand.' }),
      types: t.field({ type: [enums.BackupType], description: 'What they hold.' }),
      triggers: t.field({ type: [enums.BackupTrigger], description: 'What started them.' }),
      startedAfter: t.field({
        type: 'DateTime',
        description: 'At or after this time, by `sortedAt`; a queued backup counts as now.',
      }),
      startedBefore: t.field({
        type: 'DateTime',
        description: 'Before this time and not at it, by `sortedAt`; a queued backup counts as now.',
      }),
      search: t.string({
        description: 'Within the name or the description, whatever the case; at most 80 characters.',
      }),
    }),
  });
  const ProtectedEntityFilter = builder.inputType('ProtectedEntityFilter', {
    description: 'Which protected entities are meant. A list means any of its items, several fields mean all of them.',
    fields: (t) => ({
      providers: t.stringList({ description: 'Names of providers. One that is not configured is BAD_USER_INPUT.' }),
      kinds: t.field({ type: [enums.ProviderKind], description: 'Products.' }),
      search: t.string({
        description: 'Within the name or the external id, whatever the case; at most 80 characters.',
      }),
      protection: t.field({
        type: [enums.ProtectionStatus],
        description:
          'How they are protected now: this looks at every entity that matches the rest. One that nobody can tell of is UNKNOWN, and `problems` says why, whether UNKNOWN is asked for or not.',
      }),
    }),
  });
  const BackupOrderField = builder.enumType('BackupOrderField', {
    description: 'What backups are ordered by.',
    values: {
      STARTED_AT: { description: 'By `sortedAt`: the start, or the fixed time nearest to it that the product has.' },
    },
  });
  const OrderDirection = builder.enumType('OrderDirection', {
    description: 'Which end of the order comes first.',
    values: { ASC: { description: 'Oldest first.' }, DESC: { description: 'Newest first.' } },
  });
  const BackupOrder = builder.inputType('BackupOrder', {
    description: 'The order of backups. Equal times go by provider name, then by the product’s own id.',
    fields: (t) => ({
      field: t.field({ type: BackupOrderField, required: true, description: 'By what.' }),
      direction: t.field({ type: OrderDirection, required: true, description: 'Which end first.' }),
    }),
  });
  const pageArgs = builder.args((t) => ({
    first: t.int({ description: 'How many, walking forward: 0 to 200, and 25 unless given.' }),
    after: t.string({
      description: 'Right after this cursor: `endCursor` of the page before, with the same filter and order.',
    }),
    last: t.int({ description: 'How many, walking backward from `before` or from the end: 0 to 200.' }),
    before: t.string({
      description: 'Right before this cursor: `startCursor` of the page after, with the same filter and order.',
    }),
  }));
  const backupArgs = builder.args((t) => ({
    ...pageArgs,
    filter: t.field({ type: BackupFilter, description: 'Which of them; all unless given.' }),
    orderBy: t.field({
      type: BackupOrder,
      defaultValue: { field: 'STARTED_AT', direction: 'DESC' },
      description: 'In which order; newest first unless given.',
    }),
  }));
  const entityArgs = builder.args((t) => ({
    ...pageArgs,
    filter: t.field({ type: ProtectedEntityFilter, description: 'Which of them; all unless given.' }),
  }));
  return { BackupFilter, backupArgs, entityArgs };
}

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
});

export interface EntityFilterInput {
  readonly providers?: Given<readonly string[]>;
  readonly kinds?: Given<readonly string[]>;
  readonly search?: Given<string>;
  readonly protection?: Given<readonly ProtectionStatus[]>;
}

export const toEntityFilter = (input: Given<EntityFilterInput>): EntityFilter => ({
  providers: input?.providers ?? null,
  kinds: input?.kinds ?? null,
  search: toSearch(input?.search),
  protection: input?.protection ?? null,
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

function toSearch(search: Given<string>): string | null {
  if (search === null || search === undefined || search === '') return null;
  if (search.length > maxSearchLength) {
    throw badInput(`"search" has ${search.length} characters; at most ${maxSearchLength} are looked for.`, [
      'filter',
      'search',
    ]);
  }
  return search;
}
