/** What streams tell. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { type BorgGateway, globalId } from './gateway.ts';

export const accounting = '/backups/accounting';

/** Starts a backup in the product and gives its global id. */
export function startRun(gateway: BorgGateway, script: object): string {
  const id = gateway.sandbox.startOutside(accounting, { script });
  return globalId('BorgBackup', 'files', String(id));
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
