/** Faults of every kind, at random but the same for the same seed, on all products at once. */
import type { ActiveFault, Fault } from '../support/fault-proxy.ts';
import {
  addsFields,
  answersErrorPage,
  answersLoginPage,
  answersStatus,
  confusesTypes,
  cutsBody,
  dribbles,
  floods,
  hangs,
  resetsAfter,
  resetsBefore,
  slowly,
  truncatesJson,
} from '../support/faults.ts';
import type { SoakProduct } from './soak-products.ts';

export type Random = () => number;

/** Mulberry32: small, and good enough to choose faults. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T => {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('There is nothing to choose from.');
  return chosen;
};

const faults: readonly (() => Fault)[] = [
  resetsBefore,
  resetsAfter,
  cutsBody,
  () => hangs(),
  () => hangs('after'),
  () => dribbles(5),
  () => slowly(400),
  () => answersStatus(500),
  () => answersErrorPage(502),
  () => answersStatus(503, { 'retry-after': '1' }),
  () => answersStatus(429, { 'retry-after': '1' }),
  answersLoginPage,
  truncatesJson,
  confusesTypes,
  addsFields,
  () => floods('chunked', 40),
];

const which = [
  { name: 'everything', match: () => true },
  { name: 'reads', match: (method: string) => method === 'GET' },
  { name: 'commands', match: (method: string) => method !== 'GET' },
] as const;

export interface Storm {
  /** Faults that were switched on, and requests that ran into one. */
  readonly counts: () => { readonly faults: number; readonly hits: number; readonly sessionsEnded: number };
  stop(): void;
}

/** One fault after the other for each product, with some quiet between. */
export function startStorm(products: readonly SoakProduct[], seed: number): Storm {
  const timers = new Set<NodeJS.Timeout>();
  const all: ActiveFault[] = [];
  let sessionsEnded = 0;
  let isOver = false;

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  function strike(product: SoakProduct, random: Random): void {
    if (isOver) return;
    if (product.endSessions && random() < 0.1) {
      product.endSessions();
      sessionsEnded++;
    }
    const fault = product.proxy.fail(pick(random, faults)(), { match: pick(random, which).match });
    all.push(fault);
    later(150 + random() * 1000, () => {
      fault.stop();
      later(300 + random() * 2500, () => strike(product, random));
    });
  }

  for (const [index, product] of products.entries()) strike(product, seeded(seed * 31 + index));
  return {
    counts: () => ({ faults: all.length, hits: all.reduce((sum, { hits }) => sum + hits, 0), sessionsEnded }),
    stop() {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      for (const fault of all) fault.stop();
    },
  };
}
