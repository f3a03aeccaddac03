/** Running a failed backup again. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { aToken, globalId, startBorgGateway, startGateway, type TestGateway } from '../support/gateway.ts';
import { accounting } from '../support/ledgers.ts';

const Retry = graphql(`
  mutation Retry($input: RetryBackupInput!) {
    retryBackup(input: $input) {
      operation {
        id
        kind
        status
      }
      backup {
        id
        externalId
        startedBy {
          kind
        }
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** Whether the actions of the backup have a retry. */
async function mayRetry(gateway: Pick<TestGateway, 'askText'>, id: string): Promise<boolean> {
  const { data } = await gateway.askText('query ($id: ID!) { backup(id: $id) { allowedActions } }', { id });
  return (data as { backup: { allowedActions: string[] } }).backup.allowedActions.includes('RETRY');
}

const idOf = (job: number) => globalId('BorgBackup', 'files', String(job));

it('is Borg UI’s own retry, sent once for a key', async () => {
  await using gateway = await startBorgGateway({ history: 5 });
  const { sandbox } = gateway;
  const [failed, other] = [1, 2].map(() => sandbox.addFinished({ status: 'failed', triggered_by: 'manual' }));
  const input = { id: idOf(failed ?? 0), idempotencyKey: 'again' };
  const [first, second] = await Promise.all([gateway.query(Retry, { input }), gateway.query(Retry, { input })]);
  expect(first.retryBackup).toMatchObject({
    operation: { kind: 'RETRY', status: 'SUCCEEDED' },
    backup: { startedBy: { kind: 'GATEWAY' } },
    userErrors: [],
  });
  expect(second).toEqual(first);
  const commands = () =>
    sandbox.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/backup/'));
  expect(commands().map(({ path }) => path)).toEqual([`/api/backup/jobs/${failed}/retry`]);
  const job = sandbox.jobs.find(({ id }) => String(id) === first.retryBackup.backup?.externalId);
  expect(job).toMatchObject({ retry_source_job_id: failed });
  const { retryBackup } = await gateway.query(Retry, { input: { ...input, id: idOf(other ?? 0) } });
  expect(retryBackup.userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }]);
  expect(commands()).toHaveLength(1);
});

it('is refused for a backup that has succeeded, that a schedule started, or that does not exist', async () => {
  await using gateway = await startBorgGateway({ history: 5 });
  const { sandbox } = gateway;
  const succeeded = sandbox.addFinished({ status: 'completed' });
  const scheduled = sandbox.addFinished({ status: 'failed', triggered_by: 'schedule', scheduled_job_id: 3 });
  const errors = async (id: string) => (await gateway.query(Retry, { input: { id } })).retryBackup.userErrors;
  for (const id of [succeeded, scheduled]) expect(await mayRetry(gateway, idOf(id))).toBe(false);
  expect(await errors(idOf(succeeded))).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
  expect(await errors(idOf(scheduled))).toMatchObject([
    { code: 'UNSUPPORTED', message: expect.stringContaining('startBackup') as string },
  ]);
  expect(await errors(idOf(9_999))).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(await errors(accounting)).toMatchObject([{ code: 'NOT_FOUND' }]);
});

it('is among the actions of a backup where it is possible, and never for a reader', async () => {
  await using sandbox = await startBorgSandbox({ speed: 0, history: 5, demo: false });
  await using gateway = startGateway({
    providers: [sandbox.config],
    auth: { tokens: [aToken('ann'), aToken('bob', { role: 'READER' })] },
  });
  for (const status of ['failed', 'cancelled', 'completed', 'running', 'skipped']) {
    const id = idOf(sandbox.addFinished({ status }));
    expect(await mayRetry(gateway.as('ann'), id)).toBe(status === 'failed' || status === 'cancelled');
    expect(await mayRetry(gateway.as('bob'), id)).toBe(false);
  }
});

it('is a new start with the settings of the first, which outlive a restart', async () => {
  await using sandbox = await startFlosumSandbox({ speed: 0, history: 5, demo: false });
  sandbox.visibleAfterMs = 0;
  const storage = { file: join(mkdtempSync(join(tmpdir(), 'retry-')), 'ledger.db') };
  const options = { providers: [sandbox.config], ledger: storage };
  const entityId = globalId('SalesforceOrg', 'salesforce', String(sandbox.connections[0]?.id));
  sandbox.nextRun({ outcome: 'Exception' });
  let id = '';
  {
    await using gateway = startGateway(options);
    const { data } = await gateway.askText(
      'mutation ($input: CreateBackupInput!) { createBackup(input: $input) { backup { id } userErrors { message } } }',
      { input: { flosum: { entityId, name: 'Weekly', settings: { includeMetadata: false } } } },
    );
    id = (data as { createBackup: { backup: { id: string } } }).createBackup.backup.id;
  }
  sandbox.clock.advance(3_600_000);
  await using gateway = startGateway(options);
  expect(await mayRetry(gateway, id)).toBe(true);
  const { retryBackup } = await gateway.query(Retry, { input: { id } });
  expect(retryBackup).toMatchObject({ operation: { kind: 'RETRY' }, userErrors: [] });
  sandbox.clock.advance(10_000);
  const own = sandbox.jobs.filter(({ name }) => name?.includes('Weekly'));
  expect(own.map(({ isIncludeMetadata }) => isIncludeMetadata)).toEqual([false, false]);
  expect(sandbox.created).toBe(2);
});

it('is UNSUPPORTED where the gateway has no record of the settings', async () => {
  await using sandbox = await startFlosumSandbox({ speed: 0, history: 5, demo: false });
  await using gateway = startGateway({ providers: [sandbox.config] });
  sandbox.addFinished({ jobStatus: 'Exception' });
  const { data } = await gateway.askText('{ backups(filter: { statuses: [FAILED] }) { nodes { id } } }');
  const [failed] = (data as { backups: { nodes: { id: string }[] } }).backups.nodes;
  expect(await mayRetry(gateway, failed?.id ?? '')).toBe(false);
  const { retryBackup } = await gateway.query(Retry, { input: { id: failed?.id ?? '' } });
  expect(retryBackup.userErrors).toMatchObject([
    { code: 'UNSUPPORTED', message: expect.stringContaining('no record of the settings') as string },
  ]);
  expect(sandbox.created).toBe(0);
});
