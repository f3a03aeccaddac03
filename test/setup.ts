/** Property tests draw the same histories at every run, so that the gate does not depend on luck; `FC_SEED` draws others. */
import fc from 'fast-check';

const seed = Number(process.env['FC_SEED'] ?? 20_261_122);

fc.configureGlobal({ seed });
