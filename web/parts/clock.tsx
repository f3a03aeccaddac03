/** Times, relative to now and in the viewer's zone. */
import { createStore, useStore } from '../api/store.ts';
import { formatAbsolute, formatRelative } from '../text/format.ts';
import { texts } from '../text/texts.ts';

const now = createStore(new Date());
setInterval(() => now.set(new Date()), 5_000);

export const useNow = (): Date => useStore(now);

/** The relative time; the absolute one when pointed at, or beside it. */
export function Time({ at, both = false }: { readonly at: string | Date | null; readonly both?: boolean }) {
  const current = useNow();
  if (at === null) return <span className="quiet">{texts.unknown}</span>;
  const absolute = formatAbsolute(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute}>
      {both && `${absolute}, `}
      {formatRelative(at, current)}
    </time>
  );
}
