/**
 * Which cases of the chaos table run in the gate. Each fault meets each call with one of the products that can be asked;
 * they take turns, so that each product meets each fault and each call. The other cases run every night.
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

export function isOfGate(kind: string, call: ChaosCall, row: FaultRow): boolean {
  const able = products.filter((one) => canBeAsked(one, call, row));
  const turn = faultRows.indexOf(row) + chaosCalls.indexOf(call);
  return able[turn % able.length] === kind;
}
