/** The client of a request: its identity, and what it may do. */
export interface Viewer {
  /** Unique over all names and all kinds of authentication. */
  readonly id: string;
  readonly name: string;
  readonly role: 'READER' | 'OPERATOR';
  /** Names of the providers that the viewer may see; null: all. */
  readonly providers: readonly string[] | null;
}
