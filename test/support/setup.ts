/**
 * Property tests draw the same histories at every run, so that the gate does not depend on luck; `FC_SEED` draws others,
 * and `npm run fuzz` others each time. What fails is printed with its seed.
 */
import fc from 'fast-check';
import { vi } from 'vitest';
import { hangMs } from './timing.ts';

const isFuzz = process.env['FUZZ_FACTOR'] !== undefined;
const seed = Number(process.env['FC_SEED'] ?? (isFuzz ? Date.now() % 2 ** 31 : 20_261_122));

fc.configureGlobal({ seed });

/** Vitest gives these one second unless told otherwise. A wait in a test ends when its event comes, however slow the machine. */
const { waitFor, waitUntil } = vi;
const patient = (options: number | object = {}) =>
  typeof options === 'number' ? options : { timeout: hangMs, interval: 5, ...options };
vi.waitFor = (look, options) => waitFor(look, patient(options));
vi.waitUntil = (look, options) => waitUntil(look, patient(options));
