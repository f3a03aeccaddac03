/** The methods of a provider as calls that can be made to fail, each ready to be made. */
import { noFilter } from '../../src/core/filter.ts';
import type { Provider } from '../../src/core/provider.ts';
import { isCommand, isLogin, known, type Need, never, type SandboxWorld, type Suite } from './suite.ts';

export interface Call {
  readonly name: CallName;
  readonly needs: readonly Need[];
  readonly isCommand: boolean;
  /** Asks what must be known before, so that what follows is the call alone; then it can be made. */
  prepare(fixture: SandboxWorld, suite: Suite): Promise<(provider: Provider, signal: AbortSignal) => Promise<unknown>>;
}

export type CallName =
  | 'listBackups'
  | 'listEntities'
  | 'getEntities'
  | 'getBackups'
  | 'readLog'
  | 'startBackup'
  | 'cancelBackup';

type Ready = (provider: Provider, signal: AbortSignal) => Promise<unknown>;

const read = (name: CallName, ready: (suite: Suite) => Ready, needs: readonly Need[] = []): Call => ({
  name,
  needs,
  isCommand: false,
  prepare: (_world, suite) => Promise.resolve(ready(suite)),
});

const firstPage = { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0 } as const;

export const startCall: Call = {
  ...read('startBackup', ({ facts }) => (provider, signal) => {
    const request = { entityId: known(facts.entity), name: null, description: null, nonce: 'conform1' };
    return known(provider.startBackup?.(request, signal) ?? null);
  }),
  needs: ['START_BACKUP', 'entity'],
  isCommand: true,
};

export const calls: readonly Call[] = [
  read('listBackups', () => (provider, signal) => provider.listBackups(firstPage, signal)),
  read('listEntities', () => (provider, signal) => provider.listEntities(signal)),
  read(
    'getEntities',
    ({ facts }) =>
      (provider, signal) =>
        provider.getEntities([facts.unknownEntity], signal),
  ),
  read(
    'getBackups',
    ({ facts }) =>
      (provider, signal) =>
        provider.getBackups([known(facts.finishedBackup)], signal),
    ['finishedBackup'],
  ),
  {
    name: 'readLog',
    needs: ['READ_LOG', 'loggedBackup'],
    isCommand: false,
    async prepare({ connect }, { facts }) {
      const other = connect();
      const [found] = await other.getBackups([known(facts.loggedBackup)], never());
      await other.close();
      const backup = known(found ?? null);
      return (provider, signal) => known(provider.readLog?.(backup, { offset: 0, limit: null }, signal) ?? null);
    },
  },
  startCall,
  {
    ...read(
      'cancelBackup',
      ({ facts }) =>
        (provider, signal) =>
          known(provider.cancelBackup?.(known(facts.runningBackup), signal) ?? null),
    ),
    needs: ['CANCEL_BACKUP', 'runningBackup'],
    isCommand: true,
  },
];

/** The requests of a call that are to fail: its one command, or everything but a login. */
export const requestsOf =
  (suite: Suite, call: Call) =>
  (method: string, path: string): boolean =>
    call.isCommand ? isCommand(suite, method, path) : !isLogin(suite, method, path);
