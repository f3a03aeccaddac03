/** Where stored replay logs are read from: the file, or memory for a database behind a network. Reads are synchronous. */
import { z } from 'zod';
import { openDatabase } from '../storage/database.ts';
import type { ReplayRows } from '../storage/replay-rows.ts';
import type { KeptPart } from './replay-parts.ts';

export interface Kept {
  head(log: string): string | null;
  /** Oldest first. */
  parts(log: string): readonly KeptPart[];
  note(name: string): string | null;
  /** Tells of a write at the time at which it is asked for. */
  put(write: KeptWrite): void;
  drop(log: string): void;
  dropBefore(at: number): void;
  close(): void;
}

export interface KeptWrite {
  readonly log: string;
  readonly head: string;
  /** Null where no entry was added. */
  readonly part: (KeptPart & { readonly at: number }) | null;
  readonly evicted: number;
  readonly notes: readonly (readonly [string, string])[];
}

const wireHead = z.object({ head: z.string() });
const wirePart = z.object({ last_seq: z.int(), entries: z.string() });
const wireNote = z.object({ note: z.string() });

export function keptInFile(file: string): Kept {
  const database = openDatabase(file, 'NORMAL');
  const headOf = database.prepare('SELECT head FROM replay_logs WHERE log = ?');
  const partsOf = database.prepare('SELECT last_seq, entries FROM replay_parts WHERE log = ? ORDER BY last_seq');
  const noteOf = database.prepare('SELECT note FROM replay_notes WHERE name = ?');
  const ignore = () => undefined;
  return {
    head(log) {
      const row: unknown = headOf.get(log);
      return row === undefined ? null : wireHead.parse(row).head;
    },
    parts: (log) => z.array(wirePart).parse(partsOf.all(log)),
    note(name) {
      const row: unknown = noteOf.get(name);
      return row === undefined ? null : wireNote.parse(row).note;
    },
    put: ignore,
    drop: ignore,
    dropBefore: ignore,
    close: () => void database.close(),
  };
}

export const keptInMemory = ({ heads, parts, notes }: ReplayRows): Kept => ({
  head: (log) => heads.get(log) ?? null,
  parts: (log) => parts.get(log) ?? [],
  note: (name) => notes.get(name) ?? null,
  put({ log, head, part, evicted, notes: added }) {
    heads.set(log, head);
    const known = (parts.get(log) ?? []).filter(({ last_seq: seq }) => seq > evicted && seq !== part?.last_seq);
    if (part && part.last_seq > evicted) known.push(part);
    parts.set(log, known);
    for (const [name, note] of added) notes.set(name, note);
  },
  drop(log) {
    heads.delete(log);
    parts.delete(log);
  },
  dropBefore(at) {
    for (const [log, known] of parts) {
      const [oldest] = known;
      if (oldest && oldest.at < at)
        parts.set(
          log,
          known.filter((part) => part.at >= at),
        );
    }
  },
  close: () => undefined,
});
