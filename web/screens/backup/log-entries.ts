/** What a page keeps of a log: the newest, so that one that is followed for hours does not fill the memory of the browser. */
import type { LogEventsSubscription } from '../../gql/graphql.ts';

type LogEvent = LogEventsSubscription['backupLog'];
export type Line = Extract<LogEvent, { __typename: 'LogLinesAppended' }>['lines'][number];
export type Gap = Extract<LogEvent, { __typename: 'StreamGap' }>;
/** A line, or the place of lines that nobody can deliver. */
export type Entry = Line | Gap;

export const isGap = (entry: Entry): entry is Gap => '__typename' in entry && entry.__typename === 'StreamGap';

export interface Entries {
  readonly entries: readonly Entry[];
  /** How many came before them, and are not kept. */
  readonly dropped: number;
}

export const noEntries: Entries = { entries: [], dropped: 0 };

const mostKept = 100_000;
/** So many are dropped at once: a list that is shorter by a line would move with every line. */
const droppedAtOnce = 20_000;

/** The same object where nothing came. */
export function append(kept: Entries, more: readonly Entry[], most = mostKept, atOnce = droppedAtOnce): Entries {
  if (more.length === 0) return kept;
  const entries = [...kept.entries, ...more];
  if (entries.length <= most) return { ...kept, entries };
  const over = Math.max(atOnce, entries.length - most);
  return { entries: entries.slice(over), dropped: kept.dropped + over };
}
