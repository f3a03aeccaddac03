/** The registry: one line for each product. */
import { borg } from './borg/index.ts';
import { flosum } from './flosum/index.ts';
import { labii } from './labii/index.ts';
import type { Product } from './product.ts';
import { vprotect } from './vprotect/index.ts';

export const products: readonly Product[] = [flosum, labii, vprotect, borg];
