/** Starting and cancelling, as an operator does it. */
import { describe, expect, it } from 'vitest';
import { graphql } from '../gql/index.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';

const Start = graphql(`
  mutation Start($input: StartBackupInput!) {
    startBackup(input: $input) {
      backup {
        id
        status
        entity {
          externalId
        }
      }
      message
      userErrors {
        code
        message
        field
        retryable
      }
    }
  }
`);

const Create = graphql(`
  mutation Create($input: CreateBackupInput!) {
    createBackup(input: $input) {
      backup {
        id
        status
      }
      userErrors {
        code
        field
      }
    }
  }
`);

const Cancel = graphql(`
  mutation Cancel($input: CancelBackupInput!) {
    cancelBackup(input: $input) {
      backup {
        id
        status
        errorMessage
        allowedActions
      }
      processTerminated
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const Status = graphql(`
  query Status($id: ID!) {
    backup(id: $id) {
      status
      allowedActions
      progress {
        percent
      }
    }
  }
`);

const accounting = globalId('BorgRepository', 'files', '/backups/accounting');
const laptops = globalId('BorgRepository', 'files', '/backups/warehouse-laptops');

describe('startBackup', () => {
  it('starts one backup and answers with it', async () => {
    await using gateway = await startBorgGateway();
    const before = gateway.sandbox.jobs.length;
    const { startBackup } = await gateway.query(Start, { input: { entityId: accounting } });
    expect(startBackup.userErrors).toEqual([]);
    expect(startBackup.backup?.entity?.externalId).toBe('/backups/accounting');
    expect(['QUEUED', 'RUNNING']).toContain(startBackup.backup?.status);
    expect(gateway.sandbox.jobs).toHaveLength(before + 1);
  });

  it('says CONFLICT when the product is busy, and starts nothing', async () => {
    await using gateway = await startBorgGateway();
    await gateway.query(Start, { input: { entityId: accounting } });
    const count = gateway.sandbox.jobs.length;
    const { startBackup } = await gateway.query(Start, { input: { entityId: accounting } });
    expect(startBackup.backup).toBeNull();
    expect(startBackup.userErrors).toMatchObject([{ code: 'CONFLICT', retryable: true }]);
    expect(gateway.sandbox.jobs).toHaveLength(count);
  });

  it('refuses a repository that the product does not know before anything is started', async () => {
    await using gateway = await startBorgGateway();
    const count = gateway.sandbox.jobs.length;
    const { startBackup } = await gateway.query(Start, {
      input: { entityId: globalId('BorgRepository', 'files', '/nope') },
    });
    expect(startBackup.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'entityId'] }]);
    expect(gateway.sandbox.jobs).toHaveLength(count);
  });

  it('refuses a name that the product cannot take rather than dropping it', async () => {
    await using gateway = await startBorgGateway();
    const { startBackup } = await gateway.query(Start, { input: { entityId: accounting, name: 'before the upgrade' } });
    expect(startBackup.userErrors).toMatchObject([{ code: 'UNSUPPORTED', field: ['input', 'name'] }]);
  });

  it.each([
    'zzz',
    globalId('BorgBackup', 'files', '3'),
    globalId('BorgRepository', 'elsewhere', '/backups/accounting'),
  ])('refuses %s, which is no entity', async (entityId) => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { startBackup } = await gateway.query(Start, { input: { entityId } });
    expect(startBackup.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'entityId'] }]);
    expect(gateway.sandbox.requests).toEqual([]);
  });
});

describe('createBackup', () => {
  it('starts with the product’s own input', async () => {
    await using gateway = await startBorgGateway();
    const { createBackup } = await gateway.query(Create, { input: { borg: { entityId: accounting } } });
    expect(createBackup.userErrors).toEqual([]);
    expect(createBackup.backup?.id).toBeDefined();
  });

  it('points at the argument that is wrong', async () => {
    await using gateway = await startBorgGateway();
    const { createBackup } = await gateway.query(Create, { input: { borg: { entityId: 'zzz' } } });
    expect(createBackup.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'borg', 'entityId'] }]);
  });

  it('needs exactly one product', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { errors } = await gateway.askText('mutation { createBackup(input: {}) { userErrors { code } } }');
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('cancelBackup', () => {
  it('stops a running backup', async () => {
    await using gateway = await startBorgGateway();
    const started = await gateway.query(Start, { input: { entityId: accounting } });
    const id = started.startBackup.backup?.id ?? '';
    gateway.sandbox.clock.advance(5_000);
    const { cancelBackup } = await gateway.query(Cancel, { input: { id } });
    expect(cancelBackup).toMatchObject({
      backup: { id, status: 'CANCELLED', allowedActions: ['RETRY'] },
      processTerminated: true,
      userErrors: [],
    });
    expect(cancelBackup.backup?.errorMessage).not.toContain('backend.');
  });

  it('shows CANCELLING until an agent has confirmed', async () => {
    await using gateway = await startBorgGateway();
    const started = await gateway.query(Start, { input: { entityId: laptops } });
    const id = started.startBackup.backup?.id ?? '';
    gateway.sandbox.clock.advance(3_000);
    const { cancelBackup } = await gateway.query(Cancel, { input: { id } });
    expect(cancelBackup).toMatchObject({ backup: { status: 'CANCELLING' }, processTerminated: false });
    expect((await gateway.query(Status, { id })).backup).toMatchObject({ status: 'CANCELLING', allowedActions: [] });
    gateway.sandbox.clock.advance(10_000);
    expect((await gateway.query(Status, { id })).backup?.status).toBe('CANCELLED');
  });

  it('says CONFLICT for a backup that has ended, NOT_FOUND for one that never was', async () => {
    await using gateway = await startBorgGateway();
    const finished = globalId('BorgBackup', 'files', '3');
    const ended = await gateway.query(Cancel, { input: { id: finished } });
    expect(ended.cancelBackup.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const unknown = await gateway.query(Cancel, { input: { id: globalId('BorgBackup', 'files', '99999') } });
    expect(unknown.cancelBackup.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const noId = await gateway.query(Cancel, { input: { id: accounting } });
    expect(noId.cancelBackup.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });
});

describe('the list while a backup is being cancelled', () => {
  const Filtered = graphql(`
    query FilteredByStatus($statuses: [BackupStatus!]!) {
      backups(filter: { statuses: $statuses }) {
        nodes {
          id
          status
        }
      }
    }
  `);

  it('has it under CANCELLING and not under RUNNING', async () => {
    await using gateway = await startBorgGateway();
    const started = await gateway.query(Start, { input: { entityId: laptops } });
    const id = started.startBackup.backup?.id ?? '';
    gateway.sandbox.clock.advance(3_000);
    const running = await gateway.query(Filtered, { statuses: ['RUNNING'] });
    expect(running.backups?.nodes).toEqual([{ id, status: 'RUNNING' }]);
    await gateway.query(Cancel, { input: { id } });
    const cancelling = await gateway.query(Filtered, { statuses: ['CANCELLING'] });
    expect(cancelling.backups?.nodes).toEqual([{ id, status: 'CANCELLING' }]);
    expect((await gateway.query(Filtered, { statuses: ['RUNNING'] })).backups?.nodes).toEqual([]);
  });
});
