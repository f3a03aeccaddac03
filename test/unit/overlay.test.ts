/** Providers completed by what the ledger knows; see `src/commands/overlay.ts`. */
import { expect, it } from 'vitest';
import type { OperationRecord } from '../../src/commands/operation-record.ts';
import { completeProvider } from '../../src/commands/overlay.ts';
import type { LedgerStore } from '../../src/commands/store.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { PageQuery, Provider } from '../../src/core/provider.ts';
import { createObservedState } from '../../src/lists/observed-state.ts';
import { aBackup, aProvider, never } from '../support/model.ts';

const started = { id: '1', kind: 'START', provider: 'p', entityId: 'e', sentAt: 1 } as unknown as OperationRecord;
const query = { filter: noFilter, direction: 'DESCENDING', after: null, offset: 0, limit: 10 } as unknown as PageQuery;

/** A product that shows the backup `native`, which the gateway has shown as `operation-1`. */
function complete({ isPending }: { isPending: boolean }) {
  let asked = 0;
  let isNamed = !isPending;
  const product = aProvider({
    name: 'p',
    showPending: (_, localId) => aBackup({ provider: 'p', localId, externalId: localId }),
    listBackups: async () => {
      isNamed = true;
      return { rows: [listed(aBackup({ provider: 'p', localId: 'native' }))], isEnd: true, problems: [] };
    },
  });
  const store = {
    pendingOf: async () => (isPending ? [started] : []),
    namesOf: async () => {
      asked++;
      return {
        aliasOf: (id: string) => (isNamed && id === 'native' ? 'operation-1' : null),
        isCancelled: () => false,
        mayChange: isPending,
      };
    },
  } as unknown as LedgerStore;
  return { provider: completeProvider(product, store, createObservedState(), new Set()), asked: () => asked };
}

const idsOf = async (provider: Provider) =>
  (await provider.listBackups(query, never)).rows.map((row) => row.open().localId);

it('a start that ends while its list is read comes once, by the id that it was shown by', async () => {
  const { provider, asked } = complete({ isPending: true });
  expect(await idsOf(provider)).toEqual(['operation-1']);
  expect(asked()).toBe(2);
});

it('what others know is asked once for a page while no command is under way', async () => {
  const { provider, asked } = complete({ isPending: false });
  expect(await idsOf(provider)).toEqual(['operation-1']);
  expect(asked()).toBe(1);
});
