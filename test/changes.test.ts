/** Watching everything at once, as a frontend does it: all four products, over a WebSocket and over an event stream. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../providers/borg/sandbox.ts';
import { startFlosumSandbox } from '../providers/flosum/sandbox.ts';
import { startLabiiSandbox } from '../providers/labii/sandbox.ts';
import { startVProtectSandbox } from '../providers/vprotect/sandbox.ts';
import type { ChangesSubscription, WatchLogSubscription, WatchSubscription } from './gql/graphql.ts';
import { graphql } from './gql/index.ts';
import { globalId, startGateway } from './support/gateway.ts';

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

const Watch = graphql(`
  subscription Watch($id: ID!) {
    backupProgress(id: $id) {
      __typename
      ... on BackupUpdated {
        backup {
          status
        }
      }
      ... on BackupFinished {
        backup {
          status
        }
      }
    }
  }
`);

const WatchLog = graphql(`
  subscription WatchLog($id: ID!) {
    backupLog(id: $id) {
      __typename
      ... on LogLinesAppended {
        lines {
          raw
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

const CancelIt = graphql(`
  mutation CancelIt($id: ID!) {
    cancelBackup(input: { id: $id }) {
      backup {
        status
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

const LogOf = graphql(`
  query LogOf($id: ID!) {
    backup(id: $id) {
      log(first: 200) {
        nodes {
          raw
        }
        isComplete
      }
    }
  }
`);

async function startFour() {
  const options = { speed: 0, history: 40, demo: false };
  const borg = await startBorgSandbox(options);
  const flosum = await startFlosumSandbox(options);
  const labii = await startLabiiSandbox(options);
  const vprotect = await startVProtectSandbox(options);
  const sandboxes = [borg, flosum, labii, vprotect];
  const folder = await mkdtemp(join(tmpdir(), 'backplane-changes-'));
  const open = () =>
    startGateway({
      providers: sandboxes.map(({ config }) => config),
      ledger: { file: join(folder, 'ledger.db') },
      streams: { fastSeconds: 0.05, slowSeconds: 0.1 },
    });
  let gateway = open();
  return {
    borg,
    flosum,
    labii,
    vprotect,
    get gateway() {
      return gateway;
    },
    async restart() {
      await gateway[Symbol.asyncDispose]();
      gateway = open();
    },
    pass(ms: number) {
      for (const { clock } of sandboxes) clock.advance(ms);
    },
    /** Everybody was asked twice: a look that began after now is over. */
    async looked() {
      const counts = sandboxes.map(({ requests }) => requests.length);
      const asked = () => sandboxes.every(({ requests }, index) => requests.length >= (counts[index] ?? 0) + 12);
      await expect.poll(asked, { timeout: 10_000 }).toBe(true);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
      await rm(folder, { recursive: true });
    },
  };
}

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

async function codesOf(client: Client, query: string, variables: Record<string, unknown>): Promise<unknown[]> {
  const codes: unknown[] = [];
  for await (const { errors } of client.iterate({ query, variables })) {
    codes.push(...(errors ?? []).map(({ extensions }) => extensions?.['code']));
  }
  return codes;
}

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
    await expect.poll(() => names().has('labii'), { timeout: 5_000 }).toBe(true);
    const finished = () => watcher.types().filter((type) => type === 'BackupFinished').length;
    await expect.poll(finished, { timeout: 10_000 }).toBe(4);
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
    await expect.poll(() => four.gateway.app.hub.loops, { timeout: 5_000 }).toBe(0);
    const again = watch(await four.gateway.connect(), { after });
    const endOfOurs = () =>
      again.events.filter((event) => 'backup' in event && event.backup.id === startBackup.backup?.id).map(statusOf);
    await expect.poll(() => endOfOurs().at(-1), { timeout: 5_000 }).toBe('SUCCEEDED');
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
    await expect.poll(() => four.vprotect.requests.length, { timeout: 5_000 }).toBeGreaterThan(3);
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
    await expect.poll(() => four.gateway.app.hub.loops, { timeout: 5_000 }).toBe(0);
  });

  it('refuses a forged cursor and an unknown provider', async () => {
    await using four = await startFour();
    const client = await four.gateway.connect();
    expect(await codesOf(client, print(Changes), { after: 'forged' })).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf(client, print(Changes), { filter: { providers: ['nobody'] } })).toEqual(['BAD_USER_INPUT']);
    expect(four.gateway.app.hub.loops).toBe(0);
  });
});

describe('what a product cannot do', () => {
  it('is UNSUPPORTED at once, and an unknown id NOT_FOUND', async () => {
    await using four = await startFour();
    const client = await four.gateway.connect();
    const ids = {
      flosum: globalId('FlosumBackup', 'salesforce', 'x'),
      labii: globalId('LabiiBackup', 'labii', 'x'),
      vprotect: globalId('VProtectBackup', 'machines', 'x'),
    };
    expect(await codesOf(client, print(Watch), { id: ids.flosum })).toEqual(['UNSUPPORTED']);
    expect(await codesOf(client, print(Watch), { id: ids.labii })).toEqual(['UNSUPPORTED']);
    expect(await codesOf(client, print(WatchLog), { id: ids.labii })).toEqual(['UNSUPPORTED']);
    expect(await codesOf(client, print(WatchLog), { id: ids.vprotect })).toEqual(['UNSUPPORTED']);
    expect(await codesOf(client, print(WatchLog), { id: ids.flosum })).toEqual(['NOT_FOUND']);
    expect(await codesOf(client, print(Watch), { id: ids.vprotect })).toEqual(['NOT_FOUND']);
  });
});

describe('a cancel', () => {
  it.each(['borg', 'vprotect'] as const)('shows CANCELLING, then CANCELLED, of %s', async (product) => {
    await using four = await startFour();
    let id: string;
    if (product === 'borg') {
      const job = four.borg.startOutside('/backups/accounting', { script: { durationSeconds: 600 } });
      id = globalId('BorgBackup', 'files', String(job));
    } else {
      const run = four.vprotect.startOutside(four.vprotect.entities[0]?.guid ?? '', { script: { exportSeconds: 600 } });
      id = globalId('VProtectBackup', 'machines', run.backup);
    }
    four.pass(10_000);
    const client = await four.gateway.connect();
    const statuses: string[] = [];
    const types: string[] = [];
    const results = client.iterate<WatchSubscription>({ query: print(Watch), variables: { id } });
    const reading = (async () => {
      for await (const { data } of results) {
        const event = data?.backupProgress;
        types.push(event?.__typename ?? '');
        if (event && 'backup' in event && statuses.at(-1) !== event.backup.status) statuses.push(event.backup.status);
      }
    })();
    await expect.poll(() => statuses).toEqual(['RUNNING']);
    const { cancelBackup } = await four.gateway.query(CancelIt, { id });
    expect(cancelBackup.userErrors).toEqual([]);
    await expect.poll(() => statuses).toContain('CANCELLING');
    four.pass(10_000);
    await reading;
    expect(statuses).toEqual(['RUNNING', 'CANCELLING', 'CANCELLED']);
    expect(types.at(-1)).toBe('BackupFinished');
  });
});

describe('a log that the product threw away', () => {
  it('is readable as far as it was seen, as a list and as a stream, also after a restart', async () => {
    await using four = await startFour();
    const job = four.borg.startOutside('/backups/accounting', { script: { durationSeconds: 30 } });
    const id = globalId('BorgBackup', 'files', String(job));
    four.borg.clock.advance(10_000);
    const seen: string[] = [];
    for await (const { data } of (await four.gateway.connect()).iterate<WatchLogSubscription>({
      query: print(WatchLog),
      variables: { id },
    })) {
      if (data?.backupLog.__typename === 'LogLinesAppended') seen.push(...data.backupLog.lines.map(({ raw }) => raw));
      break;
    }
    expect(seen.length).toBeGreaterThan(10);
    four.borg.clock.advance(3_600_000);
    for (let restart = 0; restart < 2; restart++) {
      await four.restart();
      const { backup } = await four.gateway.query(LogOf, { id });
      expect(backup?.log?.nodes.map(({ raw }) => raw)).toEqual(seen);
      expect(backup?.log?.isComplete).toBe(false);
      const types: string[] = [];
      const lines: string[] = [];
      for await (const { data } of (await four.gateway.connect()).iterate<WatchLogSubscription>({
        query: print(WatchLog),
        variables: { id },
      })) {
        types.push(data?.backupLog.__typename ?? '');
        if (data?.backupLog.__typename === 'LogLinesAppended')
          lines.push(...data.backupLog.lines.map(({ raw }) => raw));
      }
      expect(types).toEqual(['LogLinesAppended', 'StreamGap', 'BackupFinished']);
      expect(lines).toEqual(seen);
    }
  });
});
