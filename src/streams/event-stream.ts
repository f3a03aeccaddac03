/** State of one server-sent event stream while its request runs. */
export interface EventStream {
  /** `Last-Event-ID` of the request, used in place of the argument `after`; null if the client did not send it. */
  readonly lastEventId: string | null;
  /** Cursor of the current event; null before the first. */
  cursor: string | null;
}
