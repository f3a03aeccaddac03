/** Who did what, for operators. */

import type { GraphQLSchema } from 'graphql';
import { type AuditEntry, type AuditTarget, type CommandOutcome, commandOutcomes } from '../src/audit/audit-entry.ts';
import type { AuditFilter } from '../src/audit/audit-filter.ts';
import type { AuditPage } from '../src/catalog/audit.ts';
import { badInput } from '../src/core/errors.ts';
import type { Instant } from '../src/core/instant.ts';
import { cutText } from '../src/core/text.ts';
import { type Builder, describe } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import { decodeId } from './ids.ts';
import type { Refs } from './refs.ts';

const outcomeDescriptions: Record<CommandOutcome, string> = {
  UNDER_WAY: 'The command has not been answered yet.',
  ACCEPTED: 'The command was sent, and the product has not reported the result yet; `operation` will tell it.',
  DONE: 'The command was carried out.',
  PARTLY_DONE: 'The command was carried out for some of its targets; `code` of the other targets tells why not.',
  REFUSED: 'The command was not carried out, because of the viewer’s rights or its input; `code` tells why.',
  FAILED: 'The command was not carried out, because the product or this gateway failed; `code` tells why.',
  UNKNOWN:
    'The answer of the product was lost, or this gateway stopped before it arrived. If there is an `operation`, it tells what was found out later.',
};

/** With its entry, whose operation may know more by now. */
interface Target extends AuditTarget {
  readonly operation: string | null;
}

export function defineAudit(builder: Builder, refs: Refs): void {
  const Outcome = builder.enumType('AuditOutcome', {
    description: 'Outcome of a command, as the client was told.',
    values: describe(commandOutcomes, outcomeDescriptions),
  });

  const Target = builder.objectRef<Target>('AuditTarget').implement({
    description: 'One object of a command.',
    fields: (t) => ({
      id: t.id({
        description: 'The id as the client gave it, valid or not; at most 200 characters are kept.',
        resolve: ({ id }) => id,
      }),
      provider: t.field({
        type: refs.Provider,
        nullable: true,
        description: 'Provider of the target; null if the id names none.',
        resolve: ({ provider }, _args, { catalog }) => (provider === null ? null : catalog.scope.provider(provider)),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description:
          'The entity to back up, in its current state; null if the id is not that of an entity, or the entity no longer exists.',
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
          'The backup to cancel or to change, in its current state; null if the id is not that of a backup, or the backup no longer exists.',
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
          'The product’s own id of the backup that was started, cancelled or changed; null if there is none, or while it is not known.',
        resolve: async ({ externalId, operation }, _args, { catalog }) => {
          if (externalId !== null || operation === null) return externalId;
          return (await catalog.watches.operation(operation))?.externalId ?? null;
        },
      }),
      code: t.field({
        type: refs.ErrorCode,
        nullable: true,
        description: 'Why the command was not carried out for this target; null if it was, or may have been.',
        resolve: ({ code }) => code,
      }),
    }),
  });

  refs.AuditEntry.implement({
    description: 'A command that a viewer sent, accepted or refused. Entries are kept for 30 days.',
    interfaces: [refs.Node],
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'When the command was received.', resolve: ({ at }) => at }),
      viewerId: t.string({
        description:
          'Id of the viewer who sent the command: `token:NAME`, `jwt:ISSUER:SUBJECT`, or `anonymous` if authentication is off.',
        resolve: ({ viewer }) => viewer.id,
      }),
      viewerName: t.string({
        description: 'Display name of that viewer; not unique.',
        resolve: ({ viewer }) => viewer.name,
      }),
      address: t.string({
        nullable: true,
        description: 'Client address of the request; null if the entry counts several commands.',
        resolve: ({ address }) => address,
      }),
      requestId: t.string({
        nullable: true,
        description:
          'Id of the request, as in the header `X-Request-Id` and in the log; null if the entry counts several commands.',
        resolve: ({ requestId }) => requestId,
      }),
      command: t.string({
        nullable: true,
        description: 'Name of the mutation, such as `startBackup`; null if the entry counts several commands.',
        resolve: ({ command }) => command,
      }),
      targets: t.field({
        type: [Target],
        description:
          'The objects of the command, in the order of its ids: at most 100, only of providers that the viewer may see.',
        resolve: ({ targets, operation }) => targets.map((target) => ({ ...target, operation })),
      }),
      outcome: t.field({ type: Outcome, description: 'Outcome of the command.', resolve: ({ outcome }) => outcome }),
      code: t.field({
        type: refs.ErrorCode,
        nullable: true,
        description:
          'Why the command was not carried out, or why its outcome is unknown; the first error if there are several. Null otherwise.',
        resolve: ({ code }) => code,
      }),
      operation: t.field({
        type: refs.Operation,
        nullable: true,
        description: 'The operation that a start or a cancel created, in its current state; null if it created none.',
        resolve: ({ operation }, _args, { catalog }) =>
          operation === null ? null : catalog.watches.operation(operation),
      }),
      count: t.int({
        description:
          'Number of commands that this entry stands for. Usually 1. After 1,000 refused commands of one viewer in one UTC day, a last entry counts the rest.',
        resolve: ({ count }) => count,
      }),
    }),
  });

  const Filter = builder.inputType('AuditFilter', {
    description:
      'Selects audit entries, by what the viewer may see of them. A list matches any of its values; several fields must all match. One page looks through at most 20,000 entries: it may have fewer than asked while `hasNextPage` is true.',
    fields: (f) => ({
      viewers: f.stringList({ description: 'Only commands of these viewers, by `viewerId`.' }),
      commands: f.stringList({
        description: 'Only these mutations, such as `startBackup`. An unknown name is BAD_USER_INPUT.',
      }),
      outcomes: f.field({ type: [Outcome], description: 'Only entries with one of these outcomes.' }),
      providers: f.stringList({
        description: 'Only commands for these providers, by name. An unknown name is BAD_USER_INPUT.',
      }),
      since: f.field({ type: 'DateTime', description: 'Only commands that were received at or after this time.' }),
      until: f.field({ type: 'DateTime', description: 'Only commands that were received before this time.' }),
    }),
  });

  const EntryConnection = builder.connectionObject<typeof refs.AuditEntry, Connection<AuditEntry, AuditPage>>(
    { type: refs.AuditEntry, name: 'AuditEntryConnection', description: 'A page of the audit log.' },
    { name: 'AuditEntryEdge', description: 'One audit entry in a page.' },
  );

  builder.queryField('auditLog', (t) =>
    t.field({
      type: EntryConnection,
      nullable: true,
      description:
        'Commands of the last 30 days, newest first: those for providers that the viewer may see, and the viewer’s own that named no provider. FORBIDDEN for a READER.',
      args: {
        first: t.arg.int({ description: 'Page size, 0 to 200; 25 by default.' }),
        after: t.arg.string({
          description: 'Return entries after this cursor: `endCursor` of the previous page, with the same filter.',
        }),
        filter: t.arg({ type: Filter, description: 'Which entries to return; all by default.' }),
      },
      resolve: async (_root, { filter, ...page }, { catalog }, { schema }) =>
        toConnection(await catalog.audit.list(page, filter ? toAuditFilter(filter, schema) : undefined)),
    }),
  );
}

type Given<T> = T | null | undefined;
interface GivenFilter {
  readonly viewers?: Given<readonly string[]>;
  readonly commands?: Given<readonly string[]>;
  readonly outcomes?: Given<readonly CommandOutcome[]>;
  readonly providers?: Given<readonly string[]>;
  readonly since?: Given<Instant>;
  readonly until?: Given<Instant>;
}

function toAuditFilter(given: GivenFilter, schema: GraphQLSchema): AuditFilter {
  const { viewers = null, commands = null, outcomes = null, providers = null, since = null, until = null } = given;
  const known = schema.getMutationType()?.getFields() ?? {};
  const unknown = commands?.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    const message = `There is no command "${cutText(unknown, 40)}". Use names of mutations, such as "startBackup".`;
    throw badInput(message, ['filter', 'commands']);
  }
  return { viewers, commands, outcomes, providers, since, until };
}

function decodeTarget({ id, provider }: Target) {
  const decoded = provider === null ? null : decodeId(id);
  return { ref: decoded, type: decoded?.type ?? null };
}
