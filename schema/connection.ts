/** Relay connections over lists that know their own cursors: a cursor is made only where it is selected. */
import type { InterfaceRef, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Backup, ProtectedEntity } from '../src/core/model.ts';
import type { Problem } from '../src/core/provider.ts';
import type { BackupList } from '../src/lists/backup-list.ts';
import type { EntityList } from '../src/lists/entity-list.ts';
import type { CursorList } from '../src/lists/page.ts';
import { problemsOfPresences } from '../src/lists/presence.ts';
import type { Builder, SchemaTypes } from './builder.ts';
import { isRowFieldSelected, isSelected } from './selected.ts';
import { counted, list } from './weights.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

export interface Connection<Row, List> {
  readonly list: List;
  readonly pageInfo: CursorList<Row>['pageInfo'];
  readonly edges: { cursor: string; node: Row }[];
  readonly selects: Selection;
}

/** What `problems` must also explain: fields that are read only if they are selected. */
interface Selection {
  /** `dataPresence` of the rows. */
  readonly presence: boolean;
  readonly totalCount: boolean;
}

export function toConnection<Row, List extends CursorList<Row>>(
  list: List & CursorList<Row>,
  selects: Selection = { presence: false, totalCount: false },
): Connection<Row, List> {
  return {
    list,
    selects,
    pageInfo: list.pageInfo,
    edges: list.rows.map((node, index) => ({
      node,
      get cursor() {
        return list.cursorAt(index);
      },
    })),
  };
}

/** `info`: of the field that returns the connection. */
export const toBackupConnection = (list: BackupList, info: GraphQLResolveInfo): Connection<Backup, BackupList> =>
  toConnection(list, {
    presence: isRowFieldSelected(info, 'dataPresence'),
    totalCount: isSelected(info, 'totalCount'),
  });

interface RowTypes {
  readonly Backup: InterfaceRef<Types, Backup>;
  readonly ProtectedEntity: InterfaceRef<Types, ProtectedEntity>;
  readonly ProviderProblem: ObjectRef<Types, Problem>;
}

export function defineConnections(builder: Builder, types: RowTypes) {
  const problems =
    'Providers whose rows are missing from this page, with the reason, and rows with values that cannot be read. Empty if nothing is missing.';
  return {
    BackupConnection: builder.connectionObject<typeof types.Backup, Connection<Backup, BackupList>>(
      {
        type: types.Backup,
        name: 'BackupConnection',
        description: 'A page of backups, merged from every provider that was asked.',
        fields: (t) => ({
          totalCount: t.int({
            nullable: true,
            description:
              'Number of backups that match, on all pages, counted now; null if a provider cannot count them: `problems` tells which, and why. It costs reads of its own, only if selected.',
            complexity: 1 + list,
            resolve: ({ list }, _args, { signal }) => list.countAll(signal),
          }),
          asOf: t.field({
            type: 'DateTime',
            nullable: true,
            description:
              'When the rows of this page from the history were seen, because of its order, of `maxAgeSeconds`, or since the product does not list them any more: the earliest of these times. Null if every provider was asked.',
            complexity: counted,
            resolve: ({ list }) => list.asOf,
          }),
          problems: t.field({
            type: [types.ProviderProblem],
            description: problems,
            complexity: counted,
            resolve: async ({ list, edges, selects }, _args, { loaders, signal }) => {
              const [presences, counting] = await Promise.all([
                Promise.all(selects.presence ? edges.map(({ node }) => loaders.presence.load(node)) : []),
                selects.totalCount ? list.countProblems(signal) : [],
              ]);
              return [...list.problems, ...problemsOfPresences(presences), ...counting];
            },
          }),
        }),
      },
      { name: 'BackupEdge', description: 'One backup in a page.' },
    ),
    ProtectedEntityConnection: builder.connectionObject<
      typeof types.ProtectedEntity,
      Connection<ProtectedEntity, EntityList>
    >(
      {
        type: types.ProtectedEntity,
        name: 'ProtectedEntityConnection',
        description: 'A page of protected entities, merged from every provider that was asked.',
        fields: (t) => ({
          totalCount: t.int({
            nullable: true,
            description: 'Number of entities that match, on all pages; null if a provider could not be asked.',
            resolve: ({ list }) => list.totalCount,
          }),
          problems: t.field({
            type: [types.ProviderProblem],
            description: problems,
            complexity: counted,
            resolve: ({ list }) => [...list.problems],
          }),
        }),
      },
      { name: 'ProtectedEntityEdge', description: 'One protected entity in a page.' },
    ),
  };
}
