/** Renamed keys. The former name works, with a warning, until the next major version. */
import { printPath } from './file.ts';

export interface FormerKey {
  /** Path of the map that has the key; `*` is each item of a list. */
  readonly place: readonly string[];
  readonly from: string;
  readonly to: string;
}

export const formerKeys: readonly FormerKey[] = [
  { place: ['ledger'], from: 'lookForSeconds', to: 'reconcileSeconds' },
  { place: ['server', 'clients'], from: 'sendSeconds', to: 'requestTimeoutSeconds' },
  { place: ['providers', '*', 'limits'], from: 'otherBytes', to: 'maxResponseBytes' },
  { place: ['providers', '*', 'limits'], from: 'breakerTrialSeconds', to: 'breakerHalfOpenSeconds' },
];

export interface Renamed {
  /** The given value with the current names. */
  readonly value: unknown;
  /** One line for each former name. */
  readonly warnings: readonly string[];
  /** One line for each key that is given by both names. */
  readonly faults: readonly string[];
}

export function renameFormerKeys(given: unknown): Renamed {
  const warnings: string[] = [];
  const faults: string[] = [];
  const note = (path: readonly PropertyKey[], { from, to }: FormerKey, isBoth: boolean) => {
    const place = printPath([...path, from]);
    if (isBoth) faults.push(`${place}: its name is "${to}" now, which is given as well; remove "${from}"`);
    else warnings.push(`${place}: its name is "${to}" now; "${from}" works until the next major version`);
  };
  const value = formerKeys.reduce((whole, key) => renameAt(whole, key, key.place, [], note), given);
  return { value, warnings, faults };
}

type Note = (path: readonly PropertyKey[], key: FormerKey, isBoth: boolean) => void;

function renameAt(
  value: unknown,
  key: FormerKey,
  [next, ...rest]: readonly string[],
  path: readonly PropertyKey[],
  note: Note,
): unknown {
  if (next === '*') {
    if (!Array.isArray(value)) return value;
    return value.map((item, index) => renameAt(item, key, rest, [...path, index], note));
  }
  if (!isMap(value)) return value;
  if (next !== undefined) {
    return Object.hasOwn(value, next)
      ? { ...value, [next]: renameAt(value[next], key, rest, [...path, next], note) }
      : value;
  }
  if (!Object.hasOwn(value, key.from)) return value;
  const isBoth = Object.hasOwn(value, key.to);
  note(path, key, isBoth);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (name !== key.from ? [[name, one]] : isBoth ? [] : [[key.to, one]])),
  );
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
