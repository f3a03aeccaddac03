import type { Context } from '../src/context.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { Ref } from '../src/core/model.ts';
import type { ChangeEvent } from '../src/core/streams/changes/stream.ts';
import type { LogEvent, ProgressEvent } from '../src/core/streams/stream-events.ts';
import type { Builder } from './builder.ts';
import { decodeId } from './ids.ts';
import { toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';

type Event = ProgressEvent | LogEvent | ChangeEvent;
type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;

const typeNames: Record<Event['type'], string> = {
  started: 'BackupStarted',
  updated: 'BackupUpdated',
  finished: 'BackupFinished',
  stalled: 'StreamStalled',
  lines: 'LogLinesAppended',
  gap: 'StreamGap',
};

export function defineStreams(builder: Builder, refs: Refs): void {
  const StreamEvent = builder.interfaceRef<Event>('StreamEvent').implement({
    description: 'Something that a stream tells.',
    resolveType: ({ type }) => typeNames[type],
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'Where the stream stands after this event. Subscribe again with it as `after` to go on from here.',
      }),
    }),
  });
  const backupEvent = (name: string, description: string, type: 'started' | 'updated' | 'finished') =>
    builder.objectRef<EventOf<typeof type>>(name).implement({
      description,
      interfaces: [StreamEvent],
      fields: (t) => ({
        backup: t.field({
          type: refs.Backup,
          description: 'The backup as it was found.',
          resolve: ({ backup }) => backup,
        }),
      }),
    });
  const Started = backupEvent(
    'BackupStarted',
    'A backup that is new here, whoever started it. One that ended before it was seen is followed by its end at once.',
    'started',
  );
  const Updated = backupEvent(
    'BackupUpdated',
    'The state or the progress of a backup. Changes that came at once are one event: the newest wins.',
    'updated',
  );
  const Finished = backupEvent(
    'BackupFinished',
    'The backup has ended. A stream of one backup completes after it; `backupChanges` goes on.',
    'finished',
  );
  const Stalled = builder.objectRef<EventOf<'stalled'>>('StreamStalled').implement({
    description: 'The provider does not answer. The stream stays open and goes on when it does.',
    interfaces: [StreamEvent],
    fields: (t) => ({
      since: t.field({ type: 'DateTime', description: 'When it was first noticed.', resolve: ({ since }) => since }),
      problem: t.field({
        type: refs.ProviderProblem,
        description: 'What is wrong.',
        resolve: ({ problem }) => problem,
      }),
    }),
  });
  const Lines = builder.objectRef<EventOf<'lines'>>('LogLinesAppended').implement({
    description: 'The next lines of a log, in order.',
    interfaces: [StreamEvent],
    fields: (t) => ({
      lines: t.field({
        type: [refs.LogLine],
        description: 'At least one and at most 200.',
        resolve: ({ lines }) => [...lines],
      }),
    }),
  });
  const Gap = builder.objectRef<EventOf<'gap'>>('StreamGap').implement({
    description: 'Lines or changes are missing here, and the stream goes on after them.',
    interfaces: [StreamEvent],
    fields: (t) => ({
      fromLine: t.int({
        nullable: true,
        description: 'Number of the first missing line; null where nobody knows, and of changes.',
        resolve: ({ gap }) => gap.fromLine,
      }),
      toLine: t.int({
        nullable: true,
        description: 'Number of the last missing line; null where nobody knows, and of changes.',
        resolve: ({ gap }) => gap.toLine,
      }),
      reason: t.field({
        type: refs.StreamGapReason,
        description: 'Why they are missing.',
        resolve: ({ gap }) => gap.reason,
      }),
      problem: t.field({
        type: refs.ProviderProblem,
        nullable: true,
        description: 'With UNFILTERABLE: the provider, and what it does not tell. Null otherwise.',
        resolve: ({ problem }) => problem ?? null,
      }),
    }),
  });
  const resolveType = ({ type }: Event) => typeNames[type];
  const ProgressEvents = builder.unionType('BackupProgressEvent', {
    description: 'What `backupProgress` tells.',
    types: [Updated, Stalled, Finished],
    resolveType,
  });
  const LogEvents = builder.unionType('BackupLogEvent', {
    description: 'What `backupLog` tells.',
    types: [Lines, Gap, Stalled, Finished],
    resolveType,
  });
  const ChangeEvents = builder.unionType('BackupChangeEvent', {
    description: 'What `backupChanges` tells.',
    types: [Started, Updated, Finished, Gap, Stalled],
    resolveType,
  });

  const backupRef = (id: string, { catalog }: Context): Ref => {
    const decoded = decodeId(id);
    const provider = decoded && catalog.scope.provider(decoded.provider);
    if (!provider || decoded.type !== refs.typesOf.get(provider.kind)?.backupType) {
      throw new GatewayError('NOT_FOUND', 'There is no such backup.', { field: ['id'] });
    }
    return decoded;
  };
  /** Each event is answered anew: nothing that was loaded for the one before is kept. */
  const fresh = <T extends Event>(event: T, { loaders, eventStream }: Context): T => {
    loaders.clear();
    // Also where the client does not select it: an event stream has it as the id of the event.
    if (eventStream) eventStream.cursor = event.cursor;
    return event;
  };
  /** A client that repeats its request says by Last-Event-ID how far it got since it gave `after`. */
  const placeAfter = (after: string | null | undefined, { eventStream }: Context): string | null =>
    eventStream?.lastEventId ?? after ?? null;

  builder.subscriptionFields((t) => ({
    backupProgress: t.field({
      type: ProgressEvents,
      description:
        'State and progress of one backup. The first event is always the state now, so resuming needs nothing; the last is BackupFinished, then the stream completes. An unknown id is NOT_FOUND.',
      args: { id: t.arg.id({ required: true, description: 'Id of the backup.' }) },
      subscribe: (_root, { id }, context) => context.catalog.watches.progress(backupRef(id, context), context.signal),
      resolve: (event, _args, context) => fresh(event, context),
    }),
    backupChanges: t.field({
      type: ChangeEvents,
      description:
        'New backups, changes of unfinished ones, their ends, and edits made here; sent when the state before or after matches the filter. Old rows that change upstream are not watched. It never completes by itself; a provider that is away is a StreamStalled, and what happened meanwhile is told when it is back.',
      args: {
        filter: t.arg({ type: refs.BackupFilter, description: 'Which backups; all unless given.' }),
        after: t.arg.string({ description: 'Cursor of an event of `backupChanges`: go on right after it.' }),
      },
      subscribe: (_root, { filter, after }, context) =>
        context.catalog.watches.changes(toListFilter(filter), placeAfter(after, context)),
      resolve: (event, _args, context) => fresh(event, context),
    }),
    backupLog: t.field({
      type: LogEvents,
      description:
        'Log lines of one backup, from the first or from after a cursor, in order, each once; what cannot be had is announced by a StreamGap. An unknown id is NOT_FOUND, a product without logs UNSUPPORTED.',
      args: {
        id: t.arg.id({ required: true, description: 'Id of the backup.' }),
        after: t.arg.string({ description: 'Cursor of an event, or of a line of `Backup.log`: go on right after it.' }),
      },
      subscribe: (_root, { id, after }, context) =>
        context.catalog.watches.log(backupRef(id, context), placeAfter(after, context), context.signal),
      resolve: (event, _args, context) => fresh(event, context),
    }),
  }));
}
