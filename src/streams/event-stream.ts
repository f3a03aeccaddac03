/** One event stream over HTTP, for as long as its request runs. */
export interface EventStream {
  /** The id of the last event that the client got, in place of the argument `after`; null: it did not say. */
  readonly lastEventId: string | null;
  /** Of the event that is told now; null: of none yet. */
  cursor: string | null;
}
