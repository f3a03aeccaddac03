/** What streams tell. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { expect } from 'vitest';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { type BorgGateway, globalId } from './gateway.ts';
import { hangMs } from './timing.ts';

export const accounting = '/backups/accounting';

/** Starts a backup in the product and gives its global id. */
export function startRun(gateway: BorgGateway, script: object): string {
  const id = gateway.sandbox.startOutside(accounting, { script });
  return globalId('BorgBackup', 'files', String(id));
}

/**
 * A stream that is opened without a cursor tells what happens from then on, whenever that is: backups run in the product until
 * all have told of one. Returns the global ids of these backups.
 */
export async function untilTold(sandbox: BorgSandbox, told: () => readonly (readonly string[])[]): Promise<string[]> {
  const ids: string[] = [];
  const areTold = () => {
    if (told().every((events) => events.length > 0)) return true;
    ids.push(globalId('BorgBackup', 'files', String(sandbox.startOutside(accounting))));
    sandbox.clock.advance(3_600_000);
    return false;
  };
  await expect.poll(areTold, { timeout: hangMs, interval: 500 }).toBe(true);
  return ids;
}

export type Result<Data> = { data?: Data | null; errors?: readonly { extensions?: Record<string, unknown> }[] };

export function subscribe<Data, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  const results = client.iterate({ query: print(document), variables });
  return results as unknown as AsyncIterableIterator<Result<Data>>;
}
