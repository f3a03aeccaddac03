/** The streams of one backup: its progress and its log. Every event has a cursor to resume after. */

import { GatewayError } from '../core/errors.ts';
import { type Backup, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { encodeToken } from '../lists/cursor.ts';
import type { Hub } from '../polling/hub.ts';
import type { Watch } from '../polling/hub-options.ts';
import { done, pullStream } from '../polling/pull.ts';
import type { Topic } from '../polling/watched-backup.ts';
import { BufferReader } from '../replay/buffer-reader.ts';
import type { LogPosition } from '../replay/log-parts.ts';
import type { LogEvent, ProgressEvent } from '../replay/stream-events.ts';
import { storedLog } from './stored-log.ts';

/** All progress events have the same cursor, since a stream always starts with the current state. */
export const progressCursor = encodeToken(['progress']);

/** Streams the current state, then each change, then the end. Several changes at once yield only the newest state. */
export function progressStream(hub: Hub, provider: Provider, backup: Backup): AsyncIterableIterator<ProgressEvent> {
  const cursor = progressCursor;
  if (isSettled(backup)) return ofOne({ type: 'finished', cursor, backup });
  const watch = hub.watch(provider, backup, { wantsLog: provider.refineFromLog !== undefined });
  const { topic } = watch;
  let seen = 0;
  let isOver = false;
  let hasState = false;
  return pullStream<ProgressEvent>({
    next() {
      if (isOver) return done;
      // The first event is the latest known state, even during an outage.
      if (!hasState && topic.end === null) {
        hasState = true;
        if (!topic.outage) seen = topic.version;
        return { type: 'updated', cursor, backup: topic.backup };
      }
      if (topic.version === seen) return null;
      seen = topic.version;
      if (topic.end instanceof GatewayError) throw topic.end;
      if (topic.outage) return { type: 'stalled', cursor, ...topic.outage };
      isOver = topic.end === 'finished';
      return { type: isOver ? 'finished' : 'updated', cursor, backup: topic.backup };
    },
    onChange: (changed) => topic.onChange(changed),
    close: () => watch.close(),
  });
}

function ofOne<T>(event: T): AsyncIterableIterator<T> {
  let isSent = false;
  return pullStream<T>({
    next: () => {
      if (isSent) return done;
      isSent = true;
      return event;
    },
    onChange: () => () => undefined,
    close: () => undefined,
  });
}

/**
 * Streams every line once, from the first or after a position, then the end. `retryMs`: pause between retries of a
 * stored log.
 */
export function logStream(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  after: LogPosition | null,
  retryMs: number,
): AsyncIterableIterator<LogEvent> {
  if (!isSettled(backup)) return liveLog(hub.watch(provider, backup, { wantsLog: true }), after);
  return storedLog(hub, provider, backup, after, retryMs);
}

function liveLog(watch: Watch, after: LogPosition | null): AsyncIterableIterator<LogEvent> {
  const { topic } = watch;
  const reader = new BufferReader(topic.buffer, topic.backup, after);
  let outage: Topic['outage'] = null;
  let isOver = false;
  return pullStream<LogEvent>({
    next() {
      if (isOver) return done;
      // The position of the reader is only known after the buffer was updated from the log.
      const event = topic.hasReadLog ? reader.next() : null;
      if (event) return event;
      if (topic.end instanceof GatewayError) throw topic.end;
      if (topic.end === 'finished') {
        isOver = true;
        return { type: 'finished', cursor: reader.cursor, backup: topic.backup };
      }
      const hasNews = topic.outage !== null && topic.outage !== outage;
      outage = topic.outage;
      return hasNews && outage ? { type: 'stalled', cursor: reader.cursor, ...outage } : null;
    },
    onChange: (changed) => topic.onChange(changed),
    close: () => watch.close(),
  });
}
