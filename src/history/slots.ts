/** Quarter hours and hours of totals. */
import { queuedRange, type StoredSpan, timelessRange } from '../core/history.ts';

export const quarter = 900_000_000;
const timelessSlot = -1;
export const queuedSlot = Math.floor(queuedRange.from / quarter);

export interface Range {
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

/** Whole quarter hours of a span as slots, and what is left of it as times. */
export function splitSpan({ index, from, to }: StoredSpan): { slots: Range | null; edges: readonly Range[] } {
  const low = from < timelessRange.to ? timelessSlot : Math.ceil(from / quarter);
  const high = to <= timelessRange.to ? 0 : to > queuedRange.from ? queuedSlot + 1 : Math.floor(to / quarter);
  // A queued row has the slot of its time alone.
  const isQueued = from >= queuedRange.from;
  if (isQueued) return { slots: { index, low: queuedSlot, high: queuedSlot + 1 }, edges: [] };
  if (low >= high) return { slots: null, edges: from < to ? [{ index, low: from, high: to }] : [] };
  const edges = [
    { index, low: from, high: low * quarter },
    { index, low: high * quarter, high: to },
  ].filter(
    (edge, place) =>
      (place === 0 ? low > timelessSlot : to > timelessRange.to && to < queuedRange.from) && edge.low < edge.high,
  );
  return { slots: { index, low, high }, edges };
}

const slotsOfHour = 4;

/** Whole hours of ranges of slots, and the slots that are left. */
export function splitSlots(ranges: readonly Range[]): { hours: readonly Range[]; slots: readonly Range[] } {
  const hours: Range[] = [];
  const slots: Range[] = [];
  for (const { index, low, high } of ranges) {
    const first = low < 0 ? low : Math.ceil(low / slotsOfHour);
    const end = Math.floor(high > queuedSlot ? high / slotsOfHour + 1 : high / slotsOfHour);
    if (low === queuedSlot) {
      hours.push({ index, low: Math.floor(low / slotsOfHour), high: end });
    } else if (first >= end) slots.push({ index, low, high });
    else {
      hours.push({ index, low: first, high: end });
      if (low < first * slotsOfHour) slots.push({ index, low, high: first * slotsOfHour });
      if (high <= queuedSlot && end * slotsOfHour < high) slots.push({ index, low: end * slotsOfHour, high });
    }
  }
  return { hours, slots };
}
