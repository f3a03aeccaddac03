/** The backup systems that the bench pretends to have: what the upstream serves and the gateway is configured with. */
import type { History } from './rows.ts';

export interface FlosumEstate {
  readonly kind: 'flosum';
  readonly name: string;
  /** By connection id. */
  readonly connections: ReadonlyMap<number, History>;
}

export interface BorgEstate {
  readonly kind: 'borg';
  readonly name: string;
  readonly history: History;
}

export type Estate = FlosumEstate | BorgEstate;

const newestMs = Date.UTC(2026, 10, 20, 6);

/** Every collection has rows of its own seconds, so that a page has some of each and no two rows share a time. */
const interleaving = (place: number): History => ({
  rows: 4_000,
  newestMs: newestMs + place * 13_000,
  stepMs: 97_000,
});

/** Six collections: one list call each for a first page. */
export const dashboard: readonly Estate[] = [
  {
    kind: 'flosum',
    name: 'salesforce',
    connections: new Map([1, 2, 3, 4].map((id) => [id, interleaving(id)])),
  },
  { kind: 'borg', name: 'files-a', history: interleaving(5) },
  { kind: 'borg', name: 'files-b', history: interleaving(6) },
];

export const collectionCount = 6;

/** One list that is far too long to be read whole. */
export const deep: FlosumEstate = {
  kind: 'flosum',
  name: 'deep',
  connections: new Map([[1, { rows: 1_000_000, newestMs, stepMs: 30_000 }]]),
};

/** What the upstream takes from anybody. */
export const credentials = { token: 'bench-token', username: 'bench', password: 'bench-password' } as const;
