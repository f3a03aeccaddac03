/** A server that somebody uses: what its facts are is looked up, and all tests share one provider, and so one login. */
import { afterAll } from 'vitest';
import { type Backup, isFinished, type LocalId } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import {
  abilitiesOf,
  createFrom,
  type Facts,
  type Fixture,
  type Manners,
  never,
  type SuiteParts,
  type TestedProduct,
} from './suite.ts';
import { walk } from './walk.ts';

export interface RealServer {
  readonly product: TestedProduct<unknown>;
  /** As it stands in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What may be backed up for the test; null: start nothing. */
  readonly entity: LocalId | null;
}

/** The newest rows are enough to see how the server behaves, and few enough to ask for again and again. */
const maxRows = 60;
/** How many finished backups are looked at for one that keeps a log. */
const maxLogs = 20;

const unused: Manners = {
  secondStart: 'refused',
  isLogin: null,
  wrongCredentials: {},
  requestsFor50Ids: 0,
  impatient: {},
  createSettings: {},
  wrongCreateSettings: [],
};

export async function connectReal(name: string, { product, config, entity }: RealServer): Promise<SuiteParts> {
  const provider = createFrom(product)(config);
  afterAll(() => provider.close());
  const rows = await walk(provider, { max: maxRows });
  const fixture: Fixture = {
    provider,
    pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    leave: () => Promise.resolve(),
    strays: () => [],
    async [Symbol.asyncDispose]() {},
  };
  return {
    name,
    kind: product.kind,
    facts: await findFacts(provider, rows, entity),
    manners: unused,
    can: abilitiesOf(provider),
    isReal: true,
    maxRows,
    open: () => Promise.resolve(fixture),
    openSandbox: () => Promise.reject(new Error('A real server is no sandbox.')),
  };
}

async function findFacts(provider: Provider, rows: readonly Backup[], entity: LocalId | null): Promise<Facts> {
  const finished = rows.filter(({ status }) => isFinished(status));
  return {
    rows: null,
    runningBackup: rows.find(({ status }) => status === 'RUNNING')?.localId ?? null,
    finishedBackup: finished[0]?.localId ?? null,
    loggedBackup: await findLogged(provider, finished.slice(0, maxLogs)),
    entity,
    unknownBackup: unlike(rows[0]?.localId),
    unknownEntity: unlike(entity ?? rows[0]?.entityId ?? undefined),
  };
}

async function findLogged(provider: Provider, finished: readonly Backup[]): Promise<LocalId | null> {
  for (const backup of finished) {
    const log = await provider.readLog?.(backup, { offset: 0, limit: 10 }, never());
    if (log?.state === 'complete' && log.lines.length > 2) return backup.localId;
  }
  return null;
}

/** An id of the same kind that is nobody's: a number far above all others, or the same text with other characters. */
function unlike(id = '1'): LocalId {
  if (/^\d+$/.test(id)) return '999999999';
  return id.replace(/[0-9a-f]/gi, (character) => (character === 'e' ? '7' : 'e'));
}
