/** Watching everything at once, as a frontend does it: all four products, over a WebSocket and over an event stream. */
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import type { ChangesSubscription } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { codesOf, startFour } from '../support/four-changes.ts';
import { globalId } from '../support/gateway.ts';

const Changes = graphql(`
  subscription Changes($filter: BackupFilter, $after: String) {
    backupChanges(filter: $filter, after: $after) {
      __typename
      ... on StreamEvent {
        cursor
      }
      ... on BackupStarted {
        backup {
          id
          status
          provider {
            name
          }
          entity {
            name
          }
        }
      }
      ... on BackupUpdated {
        backup {
          id
          status
          description
        }
      }
      ... on BackupFinished {
        backup {
          id
          status
        }
      }
      ... on StreamGap {
        reason
      }
      ... on StreamStalled {
        problem {
          code
          provider {
            name
          }
        }
      }
    }
  }
`);

const StartIt = graphql(`
  mutation StartIt($entityId: ID!) {
    startBackup(input: { entityId: $entityId }) {
      backup {
        id
      }
      userErrors {
        code
      }
    }
  }
`);

const Describe = graphql(`
  mutation Describe($id: ID!, $description: String!) {
    updateBackupDescription(input: { id: $id, description: $description }) {
      backup {
        description
      }
      userErrors {
        code
      }
    }
  }
`);

type Event = ChangesSubscription['backupChanges'];

function watch(client: Client, variables: Record<string, unknown> = {}) {
  const events: Event[] = [];
  const codes: unknown[] = [];
  const results = client.iterate<ChangesSubscription>({ query: print(Changes), variables });
  void (async () => {
    for await (const { data, errors } of results) {
      if (data) events.push(data.backupChanges);
      codes.push(...(errors ?? []).map(({ extensions }) => extensions?.['code']));
    }
  })().catch(() => undefined);
  return {
    events,
    codes,
    types: () => events.map(({ __typename }) => __typename),
    cursor: () => events.at(-1)?.cursor,
    stop: () => results.return?.(),
  };
}

const statusOf = (event: Event | undefined) => (event && 'backup' in event ? event.backup.status : null);

describe('backupChanges', () => {
  it('sees what somebody starts in any of the products, and nothing of what was there', async () => {
    await using four = await startFour();
    const watcher = watch(await four.gateway.connect());
    await four.looked();
    expect(watcher.events).toEqual([]);
    const startedAt = performance.now();
    four.borg.startOutside('/backups/accounting', { script: { durationSeconds: 20 } });
    four.flosum.startOutside(four.flosum.connections[0]?.id ?? 0);
    four.labii.startOutside(four.labii.config.organizations[0]?.sid ?? '');
    four.vprotect.startOutside(four.vprotect.entities[0]?.guid ?? '');
    four.pass(5_000);
    const names = () =>
      new Set(watcher.events.map((event) => event.__typename === 'BackupStarted' && event.backup.provider.name));
    await expect.poll(() => ['files', 'machines', 'salesforce'].every((name) => names().has(name))).toBe(true);
    expect(performance.now() - startedAt, 'one interval, and what four answers take').toBeLessThan(2_000);
    four.pass(3_600_000);
    await expect.poll(() => names().has('labii')).toBe(true);
    const finished = () => watcher.types().filter((type) => type === 'BackupFinished').length;
    await expect.poll(finished).toBe(4);
    expect(watcher.types().filter((type) => type === 'BackupStarted')).toHaveLength(4);
    await watcher.stop();
    await expect.poll(() => four.gateway.app.hub.loops).toBe(0);
  });

  it('goes on after a restart with what happened meanwhile, each once, also of what was started here', async () => {
    await using four = await startFour();
    const watcher = watch(await four.gateway.connect());
    await four.looked();
    const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
    const { startBackup } = await four.gateway.query(StartIt, { entityId });
    expect(startBackup.userErrors).toEqual([]);
    await expect.poll(() => watcher.types()).toContain('BackupStarted');
    const after = watcher.cursor();
    await four.restart();
    four.borg.clock.advance(3_600_000);
    four.borg.startOutside('/backups/mail', { script: { durationSeconds: 1_000 } });
    four.borg.clock.advance(5_000);
    // Nobody watches, and yet its end is noticed.
    expect(four.gateway.app.hub.loops).toBe(1);
    await expect.poll(() => four.gateway.app.hub.loops).toBe(0);
    const again = watch(await four.gateway.connect(), { after });
    const endOfOurs = () =>
      again.events.filter((event) => 'backup' in event && event.backup.id === startBackup.backup?.id).map(statusOf);
    await expect.poll(() => endOfOurs().at(-1)).toBe('SUCCEEDED');
    await expect.poll(() => again.types()).toContain('BackupStarted');
    expect(endOfOurs().filter((status) => status === 'SUCCEEDED')).toHaveLength(1);
    expect(again.types()).not.toContain('StreamGap');
    expect(again.types().filter((type) => type === 'BackupStarted')).toHaveLength(1);
    await four.restart();
    expect(four.gateway.app.hub.loops, 'of what has ended nothing is followed').toBe(0);
  });

  it('tells edits made here, by the state before or after', async () => {
    await using four = await startFour();
    const guid = four.vprotect.addFinished();
    const id = globalId('VProtectBackup', 'machines', guid);
    const filter = { providers: ['machines'], search: 'first' };
    const watcher = watch(await four.gateway.connect(), { filter });
    await expect.poll(() => four.vprotect.requests.length).toBeGreaterThan(3);
    for (const description of ['the first words', 'the second words', 'the third words']) {
      const { updateBackupDescription } = await four.gateway.query(Describe, { id, description });
      expect(updateBackupDescription.userErrors).toEqual([]);
    }
    await expect.poll(() => watcher.events.length).toBe(2);
    expect(watcher.events).toMatchObject([
      { __typename: 'BackupUpdated', backup: { id, description: 'the first words' } },
      { __typename: 'BackupUpdated', backup: { id, description: 'the second words' } },
    ]);
  });

  it('says which provider is away, and goes on with the others', async () => {
    await using four = await startFour();
    const watcher = watch(await four.gateway.connect());
    await four.looked();
    await four.labii.close();
    await expect.poll(() => watcher.types()).toContain('StreamStalled');
    four.borg.startOutside('/backups/mail');
    four.borg.clock.advance(2_000);
    await expect.poll(() => watcher.types()).toContain('BackupStarted');
    expect(watcher.events[0]).toMatchObject({ problem: { provider: { name: 'labii' } } });
  });

  it('comes over server-sent events, too', async () => {
    await using four = await startFour();
    const gone = new AbortController();
    const response = await fetch(`${await four.gateway.listen()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: print(Changes) }),
      signal: gone.signal,
    });
    await four.looked();
    four.borg.startOutside('/backups/mail');
    four.borg.clock.advance(2_000);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('BackupStarted')) break;
    }
    gone.abort();
    expect(text).toContain('event: next');
    await expect.poll(() => four.gateway.app.hub.loops).toBe(0);
  });

  it('refuses a forged cursor and an unknown provider', async () => {
    await using four = await startFour();
    const client = await four.gateway.connect();
    expect(await codesOf(client, print(Changes), { after: 'forged' })).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf(client, print(Changes), { filter: { providers: ['nobody'] } })).toEqual(['BAD_USER_INPUT']);
    expect(four.gateway.app.hub.loops).toBe(0);
  });
});
