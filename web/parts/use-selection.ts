/** Which rows are selected. Another list has none. */
import { useState } from 'react';

/** How many the gateway takes in one command. */
const maxSelected = 100;

interface Row {
  readonly id: string;
}

export interface Selection<Selected extends Row> {
  readonly rows: readonly Selected[];
  has(id: string): boolean;
  toggle(id: string): void;
  clear(): void;
}

/** `key`: which list it is. Only rows that are still listed count, as they are now. */
export function useSelection<Selected extends Row>(key: string, listed: readonly Selected[]): Selection<Selected> {
  const [state, setState] = useState<{ readonly key: string; readonly ids: ReadonlySet<string> }>({
    key,
    ids: new Set(),
  });
  const ids = state.key === key ? state.ids : new Set<string>();
  return {
    rows: ids.size === 0 ? [] : listed.filter(({ id }) => ids.has(id)),
    has: (id) => ids.has(id),
    toggle(id) {
      const next = new Set(ids);
      if (!next.delete(id) && next.size < maxSelected) next.add(id);
      setState({ key, ids: next });
    },
    clear: () => setState({ key, ids: new Set() }),
  };
}
