/** The stored parts of a replay log. */

export interface KeptPart {
  readonly last_seq: number;
  readonly entries: string;
}

/** Returns the newest entries without a hole between them; none if the last one is missing. `parts`: oldest first. */
export function joinParts(parts: readonly KeptPart[], lastSeq: number): unknown[] {
  const entries: unknown[] = [];
  let seq = 0;
  for (const part of parts) {
    const added = JSON.parse(part.entries) as unknown[];
    // A failed write leaves a hole: entries before it cannot be used.
    if (part.last_seq - added.length !== seq) entries.length = 0;
    for (const entry of added) entries.push(entry);
    seq = part.last_seq;
  }
  return seq === lastSeq ? entries : [];
}
