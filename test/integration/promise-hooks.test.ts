/** Reads must not pay for an AsyncLocalStorage; alone in their process, since another file may have one in use. */
import { expect, it } from 'vitest';
import { globalId } from '../support/gateway.ts';
import { list, start } from '../support/planted-bugs.ts';
import { followsPromises, isFollowing } from '../support/promise-hooks.ts';

it.runIf(followsPromises)('promises are followed while a command runs, and not while rows are read', async () => {
  const seen: Record<string, boolean> = {};
  await using gateway = await start((provider) => ({
    async listBackups(query, signal) {
      seen['read'] = await isFollowing();
      return provider.listBackups(query, signal);
    },
    async startBackup(request, signal) {
      seen['command'] = await isFollowing();
      return (await provider.startBackup?.(request, signal)) as never;
    },
  }));
  const entityId = globalId('BorgRepository', 'files', '/backups/mail');
  const answer = await gateway.post(
    `mutation { startBackup(input: { entityId: "${entityId}" }) { userErrors { message } } }`,
  );
  expect(await answer.json()).toEqual({ data: { startBackup: { userErrors: [] } } });
  await gateway.post(list);
  expect(seen).toEqual({ read: false, command: true });
});
