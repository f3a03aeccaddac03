/**
 * Which cases of the chaos table run in the gate. Each fault meets each call with one of the products that can be asked,
 * chosen so that each product meets each fault and each call. The other cases run every night.
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

/** Flosum's log is text, and its configuration holds a token. */
const isApart = (kind: string, call: ChaosCall, { fault, isJson }: FaultRow): boolean =>
  kind === 'flosum' && (fault === 'an ended session' || (call.name === 'log' && isJson === true));

export const canBeAsked = (kind: string, call: ChaosCall, row: FaultRow): boolean =>
  !without[call.name].includes(kind) && !isApart(kind, call, row);

/** For each fault and call the product that has met the fault least often, and of those the one that has met the call least often. */
function assign(): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  const counts = new Map<string, number>();
  const met = (kind: string, what: string) => counts.get(`${kind} ${what}`) ?? 0;
  for (const row of faultRows) {
    for (const call of chaosCalls) {
      const able = products.filter((kind) => canBeAsked(kind, call, row));
      const cost = (kind: string) => 1000 * met(kind, row.name) + met(kind, call.name);
      const kind = able.reduce((best, one) => (cost(one) < cost(best) ? one : best));
      chosen.set(`${row.name} ${call.name}`, kind);
      for (const what of [row.name, call.name]) counts.set(`${kind} ${what}`, met(kind, what) + 1);
    }
  }
  return chosen;
}

const assigned = assign();

export const isOfGate = (kind: string, call: ChaosCall, row: FaultRow): boolean =>
  assigned.get(`${row.name} ${call.name}`) === kind;
