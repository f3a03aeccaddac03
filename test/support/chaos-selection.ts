/**
 * Which cases of the chaos table run in the gate. Each fault meets each kind of call (a read, what is read before a start,
 * a command, an edit, a login) with one of the products that can be asked, chosen so that each product meets each fault and
 * each call. What a fault comes to is decided by the kind. The other cases run every night.
 */
import { type CallName, type ChaosCall, chaosCalls } from './chaos-calls.ts';
import { type FaultRow, faultRows } from './chaos-table.ts';

const products = ['borg', 'flosum', 'labii', 'vprotect'];

/** Products that do not have the call. `describeChaos` fails where this is not so. */
const without: Readonly<Record<CallName, readonly string[]>> = {
  list: [],
  get: [],
  log: ['labii', 'vprotect'],
  start: [],
  'reads before a start': [],
  cancel: ['flosum', 'labii'],
  edit: ['borg', 'flosum'],
  login: ['flosum'],
};

/** Calls for which the table says the same of a fault. */
export const callKinds: readonly (readonly CallName[])[] = [
  ['list', 'get', 'log'],
  ['reads before a start'],
  ['start', 'cancel'],
  ['edit'],
  ['login'],
];

/** Flosum's log is text, and its configuration holds a token. */
const isApart = (kind: string, call: ChaosCall, { fault, isJson }: FaultRow): boolean =>
  kind === 'flosum' && (fault === 'an ended session' || (call.name === 'log' && isJson === true));

export const canBeAsked = (kind: string, call: ChaosCall, row: FaultRow): boolean =>
  !without[call.name].includes(kind) && !isApart(kind, call, row);

interface Case {
  readonly kind: string;
  readonly name: CallName;
}

/** Every way to choose one of each list. */
const waysOf = (lists: readonly (readonly Case[])[]): readonly (readonly Case[])[] =>
  lists.reduce<readonly (readonly Case[])[]>(
    (ways, list) => ways.flatMap((way) => list.map((one) => [...way, one])),
    [[]],
  );

/** For each fault one case of each kind of call, with as many products as can be asked, each with the calls that it has met least often. */
function assign(): ReadonlySet<string> {
  const chosen = new Set<string>();
  const counts = new Map<string, number>();
  const met = ({ kind, name }: Case) => counts.get(`${kind} ${name}`) ?? 0;
  for (const row of faultRows) {
    const lists = callKinds.map((names) => {
      const calls = chaosCalls.filter(({ name }) => names.includes(name));
      return products.flatMap((kind) => {
        const able = calls.filter((call) => canBeAsked(kind, call, row)).map(({ name }) => ({ kind, name }));
        return able.sort((one, other) => met(one) - met(other)).slice(0, 1);
      });
    });
    const cost = (way: readonly Case[]) =>
      way.reduce((sum, one) => sum + met(one) ** 2, 0) - 1e6 * new Set(way.map(({ kind }) => kind)).size;
    const way = waysOf(lists).reduce((best, one) => (cost(one) < cost(best) ? one : best));
    for (const one of way) {
      chosen.add(`${one.kind} ${row.name} ${one.name}`);
      counts.set(`${one.kind} ${one.name}`, met(one) + 1);
    }
  }
  return chosen;
}

const assigned = assign();

export const isOfGate = (kind: string, call: ChaosCall, row: FaultRow): boolean =>
  assigned.has(`${kind} ${row.name} ${call.name}`);
