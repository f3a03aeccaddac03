/** Gateways whose database fails. */
import Database from 'libsql';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { Storage } from '../../src/storage/started-storage.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import { accounting } from './ledgers.ts';
import { hangMs } from './timing.ts';

const startText = `mutation ($entityId: ID!, $key: String) {
  startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {
    operation { id status }
    userErrors { code message retryable }
  }
}`;

export interface Started {
  readonly operation: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly retryable: boolean }[];
}

/** Another program that holds the lock for writing. It waits for a write of the gateway that is under way. */
export function lock(file: string): Database.Database {
  const database = new Database(file);
  database.exec(`PRAGMA busy_timeout = ${hangMs}`);
  database.exec('BEGIN IMMEDIATE');
  return database;
}

/** A gateway over a sandbox of Borg whose ledger is `file`. */
export const startWithLedger = async (file: string) => ({ file, ...(await startOver({ ledger: { file } })) });

/** The same on an opened storage, which it closes. */
export const startOnStorage = (storage: Storage) => startOver({ storage });

async function startOver(options: Pick<GatewayOptions, 'ledger' | 'storage'>) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  const gateway = startGateway({ providers: [sandbox.config], ...options });
  const origin = await gateway.listen();
  const ready = async () => {
    const response = await fetch(`${origin}/health/ready`);
    return { status: response.status, text: await response.text() };
  };
  return {
    sandbox,
    gateway,
    ask: gateway.askText,
    origin,
    ready,
    start: async (key: string | null = null) =>
      (await gateway.askText(startText, { entityId: accounting, key })).data?.['startBackup'] as Started,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
