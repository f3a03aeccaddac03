/** Starting, whichever way a product names what it started. */
import type { Backup, LocalId } from '../../src/core/model.ts';
import type { CreateRequest, Started, StartRequest } from '../../src/core/provider-commands.ts';
import { type Fixture, known, never } from './suite.ts';

let count = 0;

export const startRequest = (entityId: LocalId, more: Partial<StartRequest> = {}): StartRequest => ({
  entityId,
  name: null,
  description: null,
  nonce: `cf${String(count++).padStart(6, '0')}`,
  ...more,
});

export const createRequest = (entityId: LocalId, settings: CreateRequest['settings']): CreateRequest => ({
  ...startRequest(entityId),
  settings,
});

/** Starts, and gives the backup as soon as the product names it: in its answer, or found by what the ledger would keep. */
export async function startShown(
  fixture: Fixture,
  request: StartRequest,
  send: (request: StartRequest) => Promise<Started> | undefined = (it) => fixture.provider.startBackup?.(it, never()),
): Promise<Backup> {
  const { entityId, name, nonce } = request;
  const sentAt = Date.now() * 1000;
  const mark = (await fixture.provider.markStart?.(entityId, never())) ?? null;
  const { backup, handle } = await known(send(request) ?? null);
  if (backup) return backup;
  for (let second = 0; second < 60; second++) {
    const finding = await known(
      fixture.provider.findStarted?.({ entityId, name, nonce, mark, handle, sentAt }, never()) ?? null,
    );
    if (finding.error) throw finding.error;
    if (finding.backup) return finding.backup;
    await fixture.pass(1);
  }
  throw new Error('The backup that was started has not been found within a minute.');
}
