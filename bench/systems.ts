/** The backup systems that the bench pretends to have: what the upstream serves, and what servers are configured with. */

export type Kind = 'flosum' | 'labii' | 'vprotect' | 'borg';

/** One list of the product, which has an order of its own: of an org, of an organisation, or of the whole system. */
export interface Collection {
  readonly id: number;
  readonly rows: number;
  /** Milliseconds by which it is older than the first collection, so that no two rows have the same time. */
  readonly shiftMs: number;
}

export interface System {
  readonly name: string;
  readonly kind: Kind;
  /** Three of Flosum, one of any other product. */
  readonly collections: readonly Collection[];
}

/** A system that listens. */
export interface Served extends System {
  readonly origin: string;
}

/** Between two rows of a collection. */
export const stepMs = 60_000;
/** Of entities that a system protects, beyond those that are collections. */
export const machineCount = 25;
export const repositoryCount = 6;

const kinds: readonly Kind[] = ['flosum', 'labii', 'vprotect', 'borg'];
const rowsEach = 10_000;

/** Collections interleave evenly, so that a page has some rows of each. */
const toShiftMs = (place: number): number => (place * 7_000) % stepMs;

/** As many systems of each product; a multiple of 4. Four of them have six collections. */
export function makeSystems(count: number): readonly System[] {
  let place = 0;
  return Array.from({ length: count }, (_, index): System => {
    const kind = kinds[index % kinds.length] ?? 'borg';
    const collections = (kind === 'flosum' ? [11, 12, 13] : [1]).map((id) => ({
      id,
      rows: rowsEach,
      shiftMs: toShiftMs(place++),
    }));
    return { name: `${kind}-${Math.floor(index / kinds.length)}`, kind, collections };
  });
}

/** One list that is far too long to be read whole. */
export const deep: System = {
  name: 'deep',
  kind: 'flosum',
  collections: [{ id: 11, rows: 1_000_000, shiftMs: 0 }],
};

export const most = 40;
export const all: readonly System[] = [...makeSystems(most), deep];

export const countCollections = (systems: readonly System[]): number =>
  systems.reduce((total, { collections }) => total + collections.length, 0);

/** What the products take from anybody. */
export const credentials = { token: 'bench-token', username: 'bench', password: 'bench-password' } as const;
