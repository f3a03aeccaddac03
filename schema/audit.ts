/** Who did what, for operators. */

import type { AuditPage } from '../src/core/catalog/audit.ts';
import {
  type AuditEntry,
  type AuditTarget,
  type CommandOutcome,
  commandOutcomes,
} from '../src/core/ledger/audit-entry.ts';
import { type Builder, describe } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import { decodeId } from './ids.ts';
import type { Refs } from './refs.ts';

const outcomeDescriptions: Record<CommandOutcome, string> = {
  UNDER_WAY: 'Not answered yet.',
  ACCEPTED: 'Sent, and the product has not said yet what became of it: `operation` will.',
  DONE: 'Done.',
  PARTLY_DONE: 'Done with some of its targets: `code` of the others says why not.',
  REFUSED: 'Not done, because of who asked or what was asked for: `code` says why.',
  FAILED: 'Not done, because the product or this gateway could not: `code` says why.',
  UNKNOWN:
    'The answer was lost, or this gateway ended before it came. Where there is an `operation`, it says what was found out since.',
};

/** With its entry, whose operation may know more by now. */
interface Target extends AuditTarget {
  readonly operation: string | null;
}

export function defineAudit(builder: Builder, refs: Refs): void {
  const Outcome = builder.enumType('AuditOutcome', {
    description: 'What became of a command, as it was answered.',
    values: describe(commandOutcomes, outcomeDescriptions),
  });

  const Target = builder.objectRef<Target>('AuditTarget').implement({
    description: 'One thing that a command was aimed at.',
    fields: (t) => ({
      id: t.id({
        description:
          'As it was given, whether it is the id of anything or not; one of more than 200 characters is cut.',
        resolve: ({ id }) => id,
      }),
      provider: t.field({
        type: refs.Provider,
        nullable: true,
        description: 'The system that it was of; null where it was no id of one.',
        resolve: ({ provider }, _args, { catalog }) => (provider === null ? null : catalog.scope.provider(provider)),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description:
          'What was to be backed up, as it is now; null where it is no id of that, or there is none any more.',
        resolve: (target, _args, { catalog, loaders }) => {
          const { ref, type } = decodeTarget(target);
          const provider = ref && catalog.scope.provider(ref.provider);
          const isEntity = provider && refs.typesOf.get(provider.kind)?.entityType === type;
          return isEntity ? loaders.entity.load(ref) : null;
        },
      }),
      backup: t.field({
        type: refs.Backup,
        nullable: true,
        description:
          'What was to be stopped or changed, as it is now; null where it is no id of that, or there is none any more.',
        resolve: (target, _args, { catalog, loaders }) => {
          const { ref, type } = decodeTarget(target);
          const provider = ref && catalog.scope.provider(ref.provider);
          const isBackup = provider && refs.typesOf.get(provider.kind)?.backupType === type;
          return isBackup ? loaders.backup.load(ref) : null;
        },
      }),
      externalId: t.string({
        nullable: true,
        description:
          'The product’s own id of the backup that was started, stopped or changed; null where there is none, or until it is known.',
        resolve: ({ externalId, operation }, _args, { catalog }) =>
          externalId ?? (operation === null ? null : (catalog.watches.operation(operation)?.externalId ?? null)),
      }),
      code: t.field({
        type: refs.ErrorCode,
        nullable: true,
        description: 'Why it was not done with this one; null where it was, or may have been.',
        resolve: ({ code }) => code,
      }),
    }),
  });

  refs.AuditEntry.implement({
    description: 'A command that somebody gave, allowed or refused. It is kept for 30 days.',
    interfaces: [refs.Node],
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'When it was given.', resolve: ({ at }) => at }),
      viewerId: t.string({
        description: 'Who gave it: `token:NAME`, `jwt:ISSUER:SUBJECT`, or `anonymous` where nobody is asked.',
        resolve: ({ viewer }) => viewer.id,
      }),
      viewerName: t.string({
        description: 'What they are called; others may be called the same.',
        resolve: ({ viewer }) => viewer.name,
      }),
      address: t.string({
        nullable: true,
        description: 'Where it came from; null where the entry counts several.',
        resolve: ({ address }) => address,
      }),
      requestId: t.string({
        nullable: true,
        description: 'Id of the request, as in `X-Request-Id` and the log; null where the entry counts several.',
        resolve: ({ requestId }) => requestId,
      }),
      command: t.string({
        nullable: true,
        description: 'Name of the mutation, such as `startBackup`; null where the entry counts several.',
        resolve: ({ command }) => command,
      }),
      targets: t.field({
        type: [Target],
        description:
          'What it was aimed at, in the order of its ids: the first 100, of providers that the viewer may see.',
        resolve: ({ targets, operation }) => targets.map((target) => ({ ...target, operation })),
      }),
      outcome: t.field({ type: Outcome, description: 'What became of it.', resolve: ({ outcome }) => outcome }),
      code: t.field({
        type: refs.ErrorCode,
        nullable: true,
        description: 'Why it was not done, or nobody can say; of several reasons the first. Null otherwise.',
        resolve: ({ code }) => code,
      }),
      operation: t.field({
        type: refs.Operation,
        nullable: true,
        description: 'The operation that a start or a cancel has become, as it is now; null where it has become none.',
        resolve: ({ operation }, _args, { catalog }) =>
          operation === null ? null : catalog.watches.operation(operation),
      }),
      count: t.int({
        description:
          'How many commands this entry stands for: 1, but where somebody had more than 1,000 refused in a day (of UTC), a last entry counts the rest.',
        resolve: ({ count }) => count,
      }),
    }),
  });

  const EntryConnection = builder.connectionObject<typeof refs.AuditEntry, Connection<AuditEntry, AuditPage>>(
    { type: refs.AuditEntry, name: 'AuditEntryConnection', description: 'A page of the audit log.' },
    { name: 'AuditEntryEdge', description: 'One command in a page.' },
  );

  builder.queryField('auditLog', (t) =>
    t.field({
      type: EntryConnection,
      nullable: true,
      description:
        'Who did what in the last 30 days, newest first: commands for systems that the viewer may see, and its own that were for none. FORBIDDEN for a READER.',
      args: {
        first: t.arg.int({ description: 'How many entries; 0 to 200, 25 unless given.' }),
        after: t.arg.string({ description: 'Go on right after this cursor: `endCursor` of the page before.' }),
      },
      resolve: (_root, page, { catalog }) => toConnection(catalog.audit.list(page)),
    }),
  );
}

function decodeTarget({ id, provider }: Target) {
  const decoded = provider === null ? null : decodeId(id);
  return { ref: decoded, type: decoded?.type ?? null };
}
