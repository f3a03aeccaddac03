/** Expectations about walks over a merged list. */
import fc from 'fast-check';
import { productDraws } from './list-fixtures.ts';
import { way } from './walks.ts';

export const place = fc.nat(199);

export const history = { draws: productDraws, way, at: fc.oneof(fc.constant(0), place) };
