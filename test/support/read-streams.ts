/** Streams of one watched backup, as tests read them. */

import type { Backup } from '../../src/core/model.ts';
import type { Hub } from '../../src/polling/hub.ts';
import { decodeLogCursor } from '../../src/replay/log-cursor.ts';
import type { LogPosition } from '../../src/replay/log-parts.ts';
import type { LogEvent } from '../../src/replay/stream-events.ts';
import { logStream } from '../../src/streams/streams.ts';
import type { WatchedProduct } from './watched.ts';

export const first = ({ backups }: WatchedProduct): Backup => backups.get('1') as Backup;
const retryMs = 10;

export const openLog = (hub: Hub, product: WatchedProduct, after: LogPosition | null = null, backup = first(product)) =>
  logStream(hub, product.provider, backup, after, retryMs);

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Lines as their text, everything else as its type and reason. */
export const told = (events: readonly LogEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'lines') return event.lines.map(({ raw }) => raw);
    return event.type === 'gap' ? `gap ${event.gap.reason}` : event.type;
  });

export const cursorOf = (backup: Backup, event: LogEvent | undefined): LogPosition =>
  decodeLogCursor(backup, event?.cursor ?? '');

export const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);
