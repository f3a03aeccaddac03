import { GatewayError } from '../src/core/errors.ts';
import type { Ref } from '../src/core/model.ts';
import type { LogEvent, ProgressEvent } from '../src/replay/stream-events.ts';
import type { ChangeEvent } from '../src/streams/changes.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
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
    description: 'An event of a stream.',
    resolveType: ({ type }) => typeNames[type],
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'Position of this event in the stream. Subscribe again with it as `after` to resume here.',
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
          description: 'The backup, as it was read.',
          resolve: ({ backup }) => backup,
        }),
      }),
    });
  const Started = backupEvent(
    'BackupStarted',
    'A backup that is new to this gateway, started here or elsewhere. If it ended before it was seen, its BackupFinished follows at once.',
    'started',
  );
  const Updated = backupEvent(
    'BackupUpdated',
    'The state or the progress of a backup changed. Changes that arrive together are merged into one event with the newest state.',
    'updated',
  );
  const Finished = backupEvent(
    'BackupFinished',
    'The backup has ended. A stream of one backup completes after this event; `backupChanges` goes on.',
    'finished',
  );
  const Stalled = builder.objectRef<EventOf<'stalled'>>('StreamStalled').implement({
    description: 'The provider does not answer. The stream stays open and continues when it does.',
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
    description: 'New lines of a log, in order.',
    interfaces: [StreamEvent],
    fields: (t) => ({
      lines: t.field({
        type: [refs.LogLine],
        description: '1 to 200 lines.',
        resolve: ({ lines }) => [...lines],
      }),
    }),
  });
  const Gap = builder.objectRef<EventOf<'gap'>>('StreamGap').implement({
    description: 'Lines or changes are missing here; the stream goes on after them.',
    interfaces: [StreamEvent],
    fields: (t) => ({
      fromLine: t.int({
        nullable: true,
        description: 'Number of the first missing line; null if it is not known, and for changes.',
        resolve: ({ gap }) => gap.fromLine,
      }),
      toLine: t.int({
        nullable: true,
        description: 'Number of the last missing line; null if it is not known, and for changes.',
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
        description: 'For UNFILTERABLE: the provider, and the value that it does not tell. Null otherwise.',
        resolve: ({ problem }) => problem ?? null,
      }),
    }),
  });
  const resolveType = ({ type }: Event) => typeNames[type];
  const ProgressEvents = builder.unionType('BackupProgressEvent', {
    description: 'An event of `backupProgress`.',
    types: [Updated, Stalled, Finished],
    resolveType,
  });
  const LogEvents = builder.unionType('BackupLogEvent', {
    description: 'An event of `backupLog`.',
    types: [Lines, Gap, Stalled, Finished],
    resolveType,
  });
  const ChangeEvents = builder.unionType('BackupChangeEvent', {
    description: 'An event of `backupChanges`.',
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
        'State and progress of one backup. The first event is always the current state, so no cursor is needed to resume. The last event is BackupFinished; then the stream completes. An unknown id is NOT_FOUND.',
      args: { id: t.arg.id({ required: true, description: 'Id of the backup.' }) },
      subscribe: (_root, { id }, context) => context.catalog.watches.progress(backupRef(id, context), context.signal),
      resolve: (event, _args, context) => fresh(event, context),
    }),
    backupChanges: t.field({
      type: ChangeEvents,
      description:
        'New backups, changes and ends of unfinished ones, and edits made through this gateway; sent if the state before or after the change matches the filter. Changes of finished backups in the product are not watched. The stream does not complete. If a provider does not answer, a StreamStalled is sent; changes in the meantime follow when it is back.',
      args: {
        filter: t.arg({ type: refs.BackupFilter, description: 'Which backups to include; all by default.' }),
        after: t.arg.string({ description: 'Resume after this cursor, taken from an event of `backupChanges`.' }),
      },
      subscribe: (_root, { filter, after }, context) =>
        context.catalog.watches.changes(toListFilter(filter), placeAfter(after, context)),
      resolve: (event, _args, context) => fresh(event, context),
    }),
    backupLog: t.field({
      type: LogEvents,
      description:
        'Log lines of one backup in order, each once, from the first line or after a cursor. Lines that cannot be delivered are announced by a StreamGap. An unknown id is NOT_FOUND; a product without logs is UNSUPPORTED.',
      args: {
        id: t.arg.id({ required: true, description: 'Id of the backup.' }),
        after: t.arg.string({
          description: 'Resume after this cursor, taken from an event or from a line of `Backup.log`.',
        }),
      },
      subscribe: (_root, { id, after }, context) =>
        context.catalog.watches.log(backupRef(id, context), placeAfter(after, context), context.signal),
      resolve: (event, _args, context) => fresh(event, context),
    }),
  }));
}
