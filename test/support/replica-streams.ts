/** Subscriptions at one of several gateways, as their events arrive. */
import type { Client } from 'graphql-ws';
import { expect } from 'vitest';
import { globalId } from './gateway.ts';
import { hangMs } from './timing.ts';

export interface ReplicaEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly backup?: { readonly id: string };
  readonly lines?: readonly { readonly number: number | null }[];
  readonly reason?: string;
}

const changesText = `subscription ($after: String) { backupChanges(after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on BackupStarted { backup { id status } }
  ... on BackupUpdated { backup { id status } }
  ... on BackupFinished { backup { id status } }
  ... on StreamGap { reason }
} }`;
const progressText = `subscription ($id: ID!) { backupProgress(id: $id) {
  __typename
} }`;
const linesText = `subscription ($id: ID!, $after: String) { backupLog(id: $id, after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on LogLinesAppended { lines { number } }
  ... on StreamGap { reason }
} }`;

function follow(client: Client, query: string, variables: Record<string, unknown>) {
  const events: ReplicaEvent[] = [];
  let failure = '';
  const results = client.iterate<Record<string, ReplicaEvent>>({ query, variables });
  void (async () => {
    for await (const { data, errors } of results) {
      // A query that is refused.
      if (!data) throw new Error(JSON.stringify(errors));
      events.push(...Object.values(data));
    }
  })().catch((error: unknown) => (failure = String(error)));
  const told = () => [...events.map(({ __typename, backup }) => `${__typename} ${backup?.id ?? ''}`.trim()), failure];
  const numbers = () => events.flatMap(({ lines = [] }) => lines.map(({ number }) => number ?? 0));
  return {
    events,
    told,
    /** Of the lines of a log. */
    numbers,
    cursor: () => events.at(-1)?.cursor,
    until: (wanted: string) => expect.poll(told, { timeout: hangMs }).toContain(wanted),
    untilLine: (number: number) =>
      expect.poll(() => numbers().at(-1) ?? 0, { timeout: hangMs }).toBeGreaterThanOrEqual(number),
  };
}

export const followChanges = (client: Client, after?: string) => follow(client, changesText, { after });
export const followProgress = (client: Client, id: string) => follow(client, progressText, { id });
export const followLog = (client: Client, id: string, after?: string) => follow(client, linesText, { id, after });

export const counting = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const backupIdOf = (id: number | string) => globalId('BorgBackup', 'files', String(id));
