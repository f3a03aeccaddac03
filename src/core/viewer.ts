/** Who is asking. */

/** Who is asking, and what it may do. */
export interface Viewer {
  /** Nobody else has it, whatever they are called and however they came in. */
  readonly id: string;
  readonly name: string;
  readonly role: 'READER' | 'OPERATOR';
  /** Names of the providers that it may see; null: all. */
  readonly providers: readonly string[] | null;
}
