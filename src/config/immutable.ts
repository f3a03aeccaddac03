import type { Secret } from '../core/secret.ts';

/** Plain data that nothing may change, in any depth: `parseConfig` freezes what it returns. */
export type Immutable<Data> = Data extends Secret
  ? Data
  : Data extends object
    ? { readonly [Key in keyof Data]: Immutable<Data[Key]> }
    : Data;
