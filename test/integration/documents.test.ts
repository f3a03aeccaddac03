/** Every query, mutation and subscription of the documents runs as it stands over a sandbox, within the default limits. */

import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BorgGateway, globalId, startBorgGateway } from '../support/gateway.ts';
import { graphqlOperations } from '../support/markdown.ts';

const operations = graphqlOperations();

describe('an operation of a document', () => {
  let gateway: BorgGateway;
  let client: Client;

  beforeAll(async () => {
    gateway = await startBorgGateway({}, {}, {}, {});
    client = await gateway.connect();
  });

  afterAll(() => gateway[Symbol.asyncDispose]());

  /** A backup that runs; a product that runs one at a time refuses to start another meanwhile. */
  function startRunning(): string {
    const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 60 } });
    gateway.sandbox.clock.advance(5_000);
    return globalId('BorgBackup', 'files', String(job));
  }

  function variablesFor(query: string, entityId: string): Record<string, unknown> {
    if (query.includes('startBackup')) return { entityId, entityIds: [entityId] };
    const failed = () => gateway.sandbox.addFinished({ status: 'failed', triggered_by: 'manual' });
    if (query.includes('retryBackup')) return { id: globalId('BorgBackup', 'files', String(failed())) };
    return { entityId, id: startRunning() };
  }

  // The backup ends, so that the next one can start.
  afterEach(() => gateway.sandbox.clock.advance(120_000));

  it('is shown of each type', () => {
    const types = operations.map(({ text }) => /^\w+/.exec(text)?.[0]);
    expect(types).toEqual(expect.arrayContaining(['query', 'mutation', 'subscription']));
    expect(operations.length).toBeGreaterThanOrEqual(5);
  });

  it.each(operations.map(({ label, text }) => [label, text] as const))('runs: %s', async (_, query) => {
    const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
    const variables = variablesFor(query, entityId);
    // A subscription to changes waits for one.
    const time = setInterval(() => query.includes('backupChanges') && gateway.sandbox.clock.advance(1_000), 50);
    try {
      for await (const { data, errors } of client.iterate<Record<string, unknown>>({ query, variables })) {
        expect(errors).toBeUndefined();
        const [first] = Object.values(data ?? {});
        expect(first).toBeTruthy();
        expect((first as { userErrors?: readonly unknown[] }).userErrors ?? []).toEqual([]);
        break;
      }
    } finally {
      clearInterval(time);
    }
  });

  it('that lists the latest backups finds the one that runs', async () => {
    const id = startRunning();
    const { text = '' } = operations.find(({ text }) => text.startsWith('query LatestBackups')) ?? {};
    expect(JSON.stringify(await gateway.askText(text))).toContain(id);
  });
});
