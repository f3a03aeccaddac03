/** The rows of each generation, and the shelf that keeps them in an undocumented order. */
import { createHash } from 'node:crypto';
import { nameStamp, toSizeText, wireTime } from './wire.ts';

export type Generation = 'v1' | 'current';

/** A backup with the wire fields of both generations. Tests may change any of them in place. */
export interface LabiiRow {
  /** Not on the wire. */
  readonly organizationSid: string;
  readonly sid: string;
  name: string;
  description: string;
  /** v1 only. */
  database_size: string;
  /** UTC with microseconds: the end of the run in v1, its start in the current generation. */
  date_created: string;
  change_permission: boolean;
  /** This and the rest: current generation only. Unknown words are allowed. */
  status: string;
  versions: number;
  files: number;
  file_size: string;
  file_path: string;
  date_expired: string;
  /** What the size texts were rounded from; not on the wire. */
  sizeBytes: number;
}

type WireField = Exclude<keyof LabiiRow, 'organizationSid' | 'sizeBytes'>;
export type Serializer = 'name' | 'list' | 'detail';
type FieldSets = Readonly<Record<Serializer, readonly WireField[]>>;

const printed: readonly WireField[] = [
  'sid',
  'name',
  'description',
  'database_size',
  'date_created',
  'change_permission',
];
const listed: readonly WireField[] = [
  'sid',
  'name',
  'status',
  'versions',
  'files',
  'file_size',
  'date_created',
  'change_permission',
];
const fieldSets: Readonly<Record<Generation, FieldSets>> = {
  v1: { name: ['sid', 'name'], list: printed, detail: printed },
  current: { name: ['sid', 'name'], list: listed, detail: [...listed, 'description', 'file_path', 'date_expired'] },
};

export const isSerializer = (word: string): word is Serializer => Object.hasOwn(fieldSets.v1, word);

export const toWire = (row: LabiiRow, generation: Generation, serializer: Serializer): Record<string, unknown> =>
  Object.fromEntries(fieldSets[generation][serializer].map((field) => [field, row[field]]));

export interface RowPlan {
  readonly generation: Generation;
  readonly organizationSid: string;
  readonly sid: string;
  readonly startedAtMs: number;
  /** At the end of the run in v1, at its start in the current generation. */
  readonly savedAtMs: number;
  readonly sizeBytes: number;
  readonly decimalMark?: '.' | ',';
  /** Free text; only the current generation lets people give one. */
  readonly name?: string;
  readonly status?: string;
}

const yearMs = 365 * 86_400_000;

export function toRow(plan: RowPlan): LabiiRow {
  const { generation, organizationSid, sid, startedAtMs, sizeBytes } = plan;
  const stamp = nameStamp(startedAtMs);
  const isV1 = generation === 'v1';
  const sizeText = toSizeText(sizeBytes, plan.decimalMark);
  return {
    organizationSid,
    sid,
    name: isV1 ? `${stamp}.gz` : (plan.name ?? `Backup of ${wireTime(startedAtMs).slice(0, 10)}`),
    description: `Data backup on ${stamp}`,
    database_size: sizeText,
    date_created: wireTime(plan.savedAtMs),
    change_permission: !isV1,
    status: plan.status ?? 'Completed',
    versions: Math.ceil(sizeBytes / 90_000),
    files: Math.ceil(sizeBytes / 700_000),
    file_size: sizeText,
    file_path: `backups/${organizationSid}/${stamp}.gz`,
    date_expired: wireTime(startedAtMs + yearMs),
    sizeBytes,
  };
}

/** The fields that only an ended run has. */
type RunResult = Pick<LabiiRow, 'versions' | 'files' | 'file_size' | 'database_size' | 'sizeBytes'>;

export const nothingYet: RunResult = {
  versions: 0,
  files: 0,
  file_size: toSizeText(0),
  database_size: toSizeText(0),
  sizeBytes: 0,
};

/** Opaque, thirteen characters, the same for the same number. */
export function sidOf(number: number): string {
  const digest = createHash('sha256').update(`backup ${number}`).digest('base64');
  return `bk${digest.replaceAll(/\W/g, '').slice(0, 11)}`;
}

/** How many places too low a row is put, in turn. */
const lapses = [0, 3, 0, 1, 0, 0, 5];
const furthestOff = 20;

/**
 * Rows by organisation in the order of the list: about the newest first, a few places off, and not re-sorted, so that
 * what a reader has seen only shifts when rows come and go. Readers rely on a bound, though: a row from which many
 * later ones have come to separate its place is put where it belongs.
 */
export class Shelf {
  readonly #byOrganization: ReadonlyMap<string, LabiiRow[]>;
  #inserted = 0;

  constructor(organizationSids: readonly string[]) {
    this.#byOrganization = new Map(organizationSids.map((sid) => [sid, []]));
  }

  insert(row: LabiiRow): void {
    const rows = this.#byOrganization.get(row.organizationSid);
    if (!rows) throw new Error(`the sandbox has no organization ${row.organizationSid}`);
    const newer = rows.filter(({ date_created }) => date_created > row.date_created).length;
    rows.splice(newer + (lapses[this.#inserted % lapses.length] ?? 0), 0, row);
    this.#inserted += 1;
    if (newer > Math.max(...lapses)) putStraysBack(rows);
  }

  remove(sid: string): void {
    for (const rows of this.#byOrganization.values()) {
      const index = rows.findIndex((row) => row.sid === sid);
      if (index >= 0) rows.splice(index, 1);
    }
  }

  /** Undefined when there is no such organisation. */
  ofOrganization(sid: string): readonly LabiiRow[] | undefined {
    return this.#byOrganization.get(sid);
  }

  all(): LabiiRow[] {
    return [...this.#byOrganization.values()].flat();
  }
}

function putStraysBack(rows: LabiiRow[]): void {
  const sorted = rows.toSorted((a, b) =>
    a.date_created < b.date_created ? 1 : a.date_created > b.date_created ? -1 : 0,
  );
  const places = new Map(sorted.map((row, place) => [row, place]));
  for (const row of rows.filter((one, at) => Math.abs(at - (places.get(one) ?? at)) > furthestOff)) {
    rows.splice(rows.indexOf(row), 1);
    rows.splice(places.get(row) ?? 0, 0, row);
  }
}
