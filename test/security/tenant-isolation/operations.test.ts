/** Commands on providers that a viewer may not see, by their operations and by their keys. */
import { expect, test } from 'vitest';
import { globalId } from '../../support/gateway.ts';
import { type Doors, hiddenNames, normalised, openDoors, rowsOf } from '../../support/tenants.ts';
import { transports } from '../../support/transports.ts';

const start = `mutation($input: StartBackupInput!) {
  startBackup(input: $input) { operation { id } backup { id } userErrors { code message field } }
}`;

interface Started {
  readonly operation: { readonly id: string } | null;
  readonly backup: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

async function startAs(doors: Doors, token: string, entityId: string, idempotencyKey: string): Promise<Started> {
  const { data, errors } = await doors.closed.as(token).askText(start, { input: { entityId, idempotencyKey } });
  expect(errors).toBeUndefined();
  return data?.['startBackup'] as Started;
}

const decoded = (id: string): string[] => Buffer.from(id, 'base64url').toString().split(':');

test('an operation on a hidden provider is none, by its own id or another, asked for or watched', async () => {
  await using doors = await openDoors();
  const hidden = await rowsOf(doors.closed, [hiddenNames.borg]);
  const { operation } = await startAs(doors, 'chief', hidden.entities[0] ?? '', 'k');
  if (!operation) throw new Error('the chief could not start a backup');
  const [, , uuid = ''] = decoded(operation.id);
  const chief = await doors.closed.as('chief').askText('query($id: ID!) { operation(id: $id) { kind } }', operation);
  expect(chief.data).toEqual({ operation: { kind: 'START' } });

  // The second says that it is of a provider that the guest sees.
  for (const id of [operation.id, globalId('Operation', 'files', uuid)]) {
    for (const query of [
      'query($id: ID!) { operation(id: $id) { id kind error { message } candidates { id } } }',
      'query($id: ID!) { node(id: $id) { id } nodes(ids: [$id, $id]) { id } }',
      'subscription($id: ID!) { operationChanges(id: $id) { id kind } }',
    ]) {
      for (const ask of query.startsWith('query')
        ? [transports.HTTP]
        : [transports.WebSocket, transports['server-sent events']]) {
        const told = normalised(await ask(doors.closed, 'guest', query, { id }));
        expect(told).toEqual(normalised(await ask(doors.absent, 'guest', query, { id })));
        expect(JSON.stringify(told)).not.toContain('START');
      }
    }
  }
});

test('the log of a hidden backup is not there to be downloaded', async () => {
  await using doors = await openDoors();
  const { backups } = await rowsOf(doors.closed, Object.values(hiddenNames));
  doors.hiddenRequests();
  const download = async (gateway: Doors['closed'], token: string, id: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${await gateway.listen()}/backups/${id}/log`, { headers });
    return { status: response.status, text: await response.text(), headers: [...response.headers.keys()].sort() };
  };
  for (const id of backups) {
    const told = await download(doors.closed, 'guest', id);
    expect(told).toEqual(await download(doors.absent, 'guest', id));
    expect(told.status).toBe(404);
  }
  expect(doors.hiddenRequests()).toEqual([]);
  const chiefs = await Promise.all(backups.map((id) => download(doors.closed, 'chief', id)));
  expect(chiefs.map(({ status }) => status)).toContain(200);
});

test('a key that somebody else used is one’s own, and tells nothing of theirs', async () => {
  await using doors = await openDoors();
  doors.seen.borg.manualLimit = 5;
  const hidden = await rowsOf(doors.closed, [hiddenNames.borg]);
  const { entities } = await rowsOf(doors.closed, ['files']);
  const [first = '', second = ''] = entities;
  await startAs(doors, 'chief', hidden.entities[0] ?? '', 'used for a hidden one');
  const chiefs = await startAs(doors, 'chief', first, 'used');
  expect(await startAs(doors, 'chief', first, 'used')).toMatchObject({ operation: chiefs.operation });
  const jobs = doors.seen.borg.jobs.length;

  const guests = await startAs(doors, 'guest', second, 'used');
  expect(guests.userErrors).toEqual([]);
  expect(guests.operation?.id).not.toBe(chiefs.operation?.id);
  expect(doors.seen.borg.jobs).toHaveLength(jobs + 1);
  const other = await startAs(doors, 'guest', second, 'used for a hidden one');
  // A second run of a repository that is busy is refused by the product, and a used key would be refused in other words.
  expect(JSON.stringify(other.userErrors)).not.toContain('idempotencyKey');
});

test('of many ids, those of hidden backups are refused as what there is not, and the others are done', async () => {
  await using doors = await openDoors();
  const { seen, closed } = doors;
  const secret = await rowsOf(closed, [hiddenNames.vprotect]);
  const warned = seen.vprotect.addFinished({ warnings: ['slow'] });
  const own = globalId('VProtectBackup', 'machines', warned);
  const { data } = await closed.as('guest').askText(
    `mutation($input: AcknowledgeBackupWarningsInput!) {
      acknowledgeBackupWarnings(input: $input) { backups { id } userErrors { code message field } }
    }`,
    { input: { ids: [secret.backups[0], own, globalId('VProtectBackup', 'machines', 'not-there')] } },
  );
  const refusal = (index: number) => ({
    code: 'NOT_FOUND',
    message: expect.any(String),
    field: ['input', 'ids', String(index)],
  });
  expect(data?.['acknowledgeBackupWarnings']).toEqual({
    backups: [{ id: own }],
    userErrors: [refusal(0), refusal(2)],
  });
});
