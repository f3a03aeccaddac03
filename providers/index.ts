/** The registry: one line for each product. */
import { borg } from './borg/index.ts';
import type { Product } from './product.ts';

export const products: readonly Product[] = [borg as Product];
