/** Pages merged from generated products. */
import fc from 'fast-check';
import { noFilter } from '../../src/core/filter.ts';
import type { ScanDirection } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';

export const toSources = (providers: readonly Provider[], timeoutMs = 5_000) =>
  providers.map((provider) => ({ provider, filter: noFilter, timeoutMs }));

export const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');
