/**
 * Property tests draw the same histories at every run, so that the gate does not depend on luck; `FC_SEED` draws others,
 * and `npm run fuzz` others each time. What fails is printed with its seed.
 */
import fc from 'fast-check';

const isFuzz = process.env['FUZZ_FACTOR'] !== undefined;
const seed = Number(process.env['FC_SEED'] ?? (isFuzz ? Date.now() % 2 ** 31 : 20_261_122));

fc.configureGlobal({ seed });
