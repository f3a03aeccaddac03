import { type FairClock, installFairClock } from './fair-clock.ts';

/** Test files that share a process share its clock, though each may load this module anew. */
const key = Symbol.for('backplane.fair-clock');
const state = globalThis as { [key]?: FairClock };

state[key] ??= installFairClock();
export const fairClock = state[key];
fairClock.setDates();
