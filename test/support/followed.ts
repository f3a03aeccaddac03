/** Streams of changes, as tests read them. */
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import type { Hub } from '../../src/polling/hub.ts';
import { type ChangeEvent, changeStream, decodeChangeCursor } from '../../src/streams/changes.ts';
import { until, type WatchedProduct } from './watched.ts';

export const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => String(from + index));

export const open = (
  hub: Hub,
  products: readonly WatchedProduct[],
  after: string | null = null,
  filter: BackupFilter = noFilter,
) =>
  changeStream(
    hub,
    () => products.map(({ provider }) => ({ provider, filter })),
    after === null ? null : decodeChangeCursor(after),
  );

/** Type and id of backups, type and reason of gaps, type and provider of outages. */
function told(event: ChangeEvent): string {
  if (event.type === 'gap') return `gap ${event.gap.reason}`;
  if (event.type === 'stalled') return `stalled ${event.problem.provider}`;
  return `${event.type} ${event.backup.externalId} ${event.backup.status}`;
}

/** Reads on in the background. */
export function follow(stream: AsyncIterableIterator<ChangeEvent>) {
  const events: ChangeEvent[] = [];
  const ended = (async () => {
    for await (const event of stream) events.push(event);
  })();
  ended.catch(() => undefined);
  return {
    events,
    ended,
    told: () => events.map(told),
    cursor: () => events.at(-1)?.cursor ?? '',
    stop: () => stream.return?.(),
  };
}

/** A look that began after now is over. */
export async function looked(product: WatchedProduct): Promise<void> {
  const { looks } = product;
  await until(() => product.looks >= looks + 2);
}

let clock = 1_000;
export const nextTime = (): number => ++clock;
export const start = (product: WatchedProduct, id: string, fields: Partial<Backup> = {}) =>
  product.set(id, { externalId: id, localId: id, status: 'RUNNING', sortedAt: nextTime(), ...fields });
