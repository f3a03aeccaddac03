/** What watchers see of commands, and of what a product cannot do. */
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { WatchLogSubscription, WatchSubscription } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { codesOf, startFour } from '../support/four-changes.ts';
import { globalId } from '../support/gateway.ts';

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
