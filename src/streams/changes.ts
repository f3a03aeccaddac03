/** The stream of changes of one or more providers, in the order of the replay log. */
import { z } from 'zod';
import { badInput, GatewayError } from '../core/errors.ts';
import { type BackupFilter, matchesFilter } from '../core/filter.ts';
import { now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { observer } from '../core/observer.ts';
import type { Provider } from '../core/provider.ts';
import { decodeToken, encodeToken } from '../lists/cursor.ts';
import { untoldProblem, withUntold } from '../lists/untold.ts';
import type { Outage } from '../polling/changes-feed.ts';
import type { ChangeWatch, Hub } from '../polling/hub.ts';
import { pullStream } from '../polling/pull.ts';
import type { Change } from '../replay/changes-log.ts';
import type { Finished, Gap, Stalled, Updated } from '../replay/stream-events.ts';

export interface Started {
  readonly type: 'started';
  readonly cursor: string;
  readonly backup: Backup;
}

export type ChangeEvent = Started | Updated | Finished | Gap | Stalled;

/** A watched provider, with the filter for its backups. */
export interface ChangeSource {
  readonly provider: Provider;
  readonly filter: BackupFilter;
}

/**
 * Streams changes from now on, or after a position from `decodeChangeCursor`. Never completes by itself. `toSources` is
 * called again when the configured providers have changed.
 */
export function changeStream(
  hub: Hub,
  toSources: () => readonly ChangeSource[],
  after: string | null,
): AsyncIterableIterator<ChangeEvent> {
  const { changes } = hub;
  let sources = toSources();
  const filtersOf = () => new Map(sources.map(({ provider, filter }) => [provider.name, withUntold(filter)]));
  let filters = filtersOf();
  /** Providers that the watcher was already warned about: they cannot be filtered. */
  const unfilterable = new Set<string>();
  const located = after === null ? null : changes.locate(after);
  let isUnknown = after !== null && located === null;
  /** What other gateways have appended is known. */
  let isUpToDate = !changes.isShared;
  let isFresh = located === null;
  let epoch = changes.epoch;
  const beganAt = now();
  let seq = located ?? changes.lastSeq;
  const watches = new Map(sources.map(({ provider }) => [provider, hub.watchChanges(provider)]));
  let listen: (watch: ChangeWatch) => void = () => undefined;
  const stopReconfiguring = hub.onReconfigured(reconfigure);

  /** Providers that stay keep their watches, so that nothing of them is missed or repeated. */
  function reconfigure(): void {
    sources = toSources();
    filters = filtersOf();
    const kept = new Set(sources.map(({ provider }) => provider));
    for (const [provider, watch] of watches) if (!kept.has(provider) && watches.delete(provider)) watch.close();
    for (const provider of kept) {
      if (watches.has(provider)) continue;
      const watch = hub.watchChanges(provider);
      watches.set(provider, watch);
      listen(watch);
    }
  }

  const told = new Map<string, Outage>();
  const nextChange = () => changes.after(seq, filters.keys());
  const cursor = () => encodeChangeCursor(changes.positionAt(seq));
  function gap(reason: Gap['gap']['reason']): Gap {
    observer()?.streamGap(reason);
    return { type: 'gap', cursor: cursor(), gap: { fromLine: null, toLine: null, reason } };
  }

  function toEvent(change: Change): ChangeEvent | null {
    const asked = filters.get(change.provider);
    if (!asked) return null;
    const { filter, untold } = asked;
    // A new stream does not report changes from before it began.
    if (isFresh && change.isBacklog && !isSince(change, beganAt)) return null;
    if (change.type === 'missed') return gap(change.reason);
    const { type, before, backup } = change;
    const isWanted = matchesFilter(backup, filter) || (before !== null && matchesFilter(before, filter));
    if (isWanted) return { type, cursor: cursor(), backup };
    const problem = unfilterable.has(change.provider) ? null : untoldProblem(change.provider, untold);
    if (!problem) return null;
    unfilterable.add(change.provider);
    return { ...gap('UNFILTERABLE'), problem };
  }

  function nextStall(): Stalled | null {
    for (const { feed } of watches.values()) {
      const { outage, provider } = feed;
      if (outage === null) told.delete(provider.name);
      else if (told.get(provider.name) !== outage) {
        told.set(provider.name, outage);
        return { type: 'stalled', cursor: cursor(), ...outage };
      }
    }
    return null;
  }

  /** The position may be one that another gateway has told of just now. */
  async function catchUp(): Promise<void> {
    await changes.refresh();
    isUpToDate = true;
    epoch = changes.epoch;
    const position = after === null ? changes.lastSeq : changes.locate(after);
    isUnknown = position === null;
    isFresh = after === null || position === null;
    seq = position ?? changes.lastSeq;
  }

  function nextEvent(): ChangeEvent | null {
    if (epoch !== changes.epoch) {
      // What was told last may be missing in the log, and be told again with another number.
      epoch = changes.epoch;
      seq = Math.min(seq, changes.lastSeq);
      isUnknown = true;
    }
    if (isUnknown) {
      isUnknown = false;
      return gap('RESTARTED');
    }
    for (let change = nextChange(); change; change = nextChange()) {
      seq = change.seq;
      const event = change.type === 'evicted' ? (change.isOfThese ? gap('EVICTED') : null) : toEvent(change);
      if (event) return event;
    }
    const closed: GatewayError | null = hub.closed;
    if (closed) throw closed;
    return nextStall();
  }

  async function firstEvent(): Promise<ChangeEvent | null> {
    try {
      await catchUp();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (hub.closed) throw hub.closed;
      // The log tells when it can be read.
      return null;
    }
    return nextEvent();
  }

  return pullStream<ChangeEvent>({
    next: () => (isUpToDate ? nextEvent() : firstEvent()),
    onChange(changed) {
      const stops = new Set([changes.onAppend(changed)]);
      listen = (watch) => {
        stops.add(watch.onChange(changed));
        changed();
      };
      for (const watch of watches.values()) stops.add(watch.onChange(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    close() {
      stopReconfiguring();
      for (const watch of watches.values()) watch.close();
    },
  });
}

/** Whether the change is known to have happened at this time or later. */
const isSince = (change: Change, time: number): boolean =>
  change.type !== 'missed' && (change.backup.endedAt ?? change.backup.startedAt ?? 0) >= time;

const wireCursor = z.tuple([z.literal('changes'), z.string().length(22)]);

const encodeChangeCursor = (position: string): string => encodeToken(['changes', position]);

/** Throws BAD_USER_INPUT if the text is not a cursor of changes. */
export function decodeChangeCursor(text: string): string {
  const parsed = wireCursor.safeParse(decodeToken(text));
  if (!parsed.success) {
    throw badInput('"after" is not a cursor of changes. Use the cursor of an event of backupChanges, unchanged.', [
      'after',
    ]);
  }
  const [, position] = parsed.data;
  return position;
}
