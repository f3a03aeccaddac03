/** The backup or the entity that a guid names. */
import type { Listed } from './backups.ts';
import type { VProtectEntity } from './fixtures.ts';
import type { VProtectServer } from './server.ts';
import { Refusal } from './wire.ts';

export function findBackup(server: VProtectServer, guid: string): Listed {
  const found = server.visibleBackups().find(({ facts }) => facts.guid === guid);
  if (!found) throw new Refusal(404, 'Backup not found');
  return found;
}

export function findEntity(server: VProtectServer, guid: string): VProtectEntity {
  const found = server.visibleEntities().find((one) => one.guid === guid);
  if (!found) throw new Refusal(404, 'Protected entity not found');
  return found;
}
