/** A list of any length: only rows that can be seen are in the page. Arrows move from row to row. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useSyncExternalStore,
} from 'react';

interface Props<Row extends { readonly id: string }> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly render: (row: Row) => ReactNode;
  /** Of a row on a narrow screen; 134 unless given. */
  readonly narrowHeight?: number;
  /** Called before the end comes into sight. */
  readonly onEnd: () => void;
}

/** So far from the end the next rows are read. */
const aheadRows = 20;

/** A row has two lines on a wide screen, and more on a narrow one. */
const narrow = matchMedia('(max-width: 760px)');
const onNarrow = (listener: () => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

export function VirtualList<Row extends { readonly id: string }>(props: Props<Row>) {
  const { label, rows, render, narrowHeight = 134, onEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const isNarrow = useSyncExternalStore(onNarrow, () => narrow.matches);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isNarrow ? narrowHeight : 58),
    // Another function would mean that all rows are measured again, at each frame of a scroll.
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    overscan: 2,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const ended = useEffectEvent(onEnd);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - aheadRows) ended();
  }, [last, rows.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of a row depends on it
  useEffect(() => virtual.measure(), [virtual, isNarrow]);

  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    const current = row ? Number(row.dataset['index']) : -1;
    const next = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined || next < 0 || next >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(next);
    // The row may only now come into the page.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are for the links in the rows
    <div ref={box} className="list-box" onKeyDown={move}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are out of sight are not in the page */}
      <div role="list" aria-label={label} className="list-rows" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start, size }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={key}
            role="listitem"
            aria-posinset={index + 1}
            aria-setsize={rows.length}
            data-index={index}
            className="list-row"
            style={{ transform: `translateY(${start}px)`, height: size }}
          >
            {render(rows[index] as Row)}
          </div>
        ))}
      </div>
    </div>
  );
}
