/** The filter of backups that only vProtect has. The server applies it; rows are checked again by what they tell. */
import { badInput } from '../../src/core/errors.ts';
import type { OwnFilter } from '../../src/core/filter.ts';
import type { OwnFilterReader } from '../../src/core/provider.ts';
import { isGuid } from './guid.ts';
import type { Query } from './lists.ts';

/** Parameters of the list for the fields with a GUID. */
const guids: Readonly<Record<string, string>> = {
  ruleGuid: 'backup-rule',
  destinationGuid: 'backup-destination',
  hypervisorGuid: 'hypervisor',
  hypervisorManagerGuid: 'hypervisor-manager',
  nodeGuid: 'node',
  storageProviderGuid: 'storage-provider',
  cloudProviderGuid: 'cloud-service-provider',
  parentBackupGuid: 'parent-backup',
  rootBackupGuid: 'root-backup',
};
/** Parameters that the server takes as they are. A flag that is false restricts nothing. */
const words: Readonly<Record<string, string>> = {
  entityType: 'protected-entity-type',
  onlyMountable: 'only-mountable',
  withoutHidden: 'without-hidden',
};

/** Throws BAD_USER_INPUT for a value that is no GUID, and for a type that the server cannot be asked for. */
export const readOwnFilter: OwnFilterReader = (own) => {
  if (own['entityType'] === 'UNKNOWN') {
    throw badInput(
      '"filter.vprotect.entityType" must be a type that vProtect has: it cannot be asked for unknown ones.',
      ['filter', 'vprotect', 'entityType'],
    );
  }
  const given = [...Object.keys(guids).map((name) => [name, own[name]] as const)];
  const policies = ((own['policyGuids'] as readonly string[] | null | undefined) ?? []).map(
    (guid) => ['policyGuids', guid] as const,
  );
  for (const [name, guid] of [...given, ...policies]) {
    if (guid == null || (typeof guid === 'string' && isGuid(guid))) continue;
    throw badInput(`"filter.vprotect.${name}" is no GUID, such as "0b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8".`, [
      'filter',
      'vprotect',
      name,
    ]);
  }
  return {};
};

/** Parameters of the list; null if no backup can match. */
export function toOwnQuery(own: OwnFilter | null): Query | null {
  if (own === null) return {};
  const policies = own['policyGuids'] as readonly string[] | null | undefined;
  if (policies?.length === 0) return null;
  const named = [...Object.entries(guids), ...Object.entries(words)].flatMap(([name, parameter]) => {
    const value = own[name];
    return value == null || value === false ? [] : [[parameter, String(value)] as const];
  });
  return { ...Object.fromEntries(named), ...(policies ? { 'backup-policy': policies } : {}) };
}
