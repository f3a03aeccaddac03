/** Filters that cannot be applied because the product does not report the filtered fields ("untold" fields). */
import { GatewayError } from '../core/errors.ts';
import type { BackupFilter, UntoldField } from '../core/filter.ts';
import type { Problem } from '../core/provider.ts';

/** Returns the filter with a new set that collects untold fields. */
export function withUntold(filter: BackupFilter): { readonly filter: BackupFilter; readonly untold: Set<UntoldField> } {
  const untold = new Set<UntoldField>();
  return { filter: { ...filter, untold }, untold };
}

const names: Readonly<Record<UntoldField, string>> = {
  entity: 'the entity',
  type: 'the type',
  trigger: 'the trigger',
  time: 'the time',
  end: 'the end',
  size: 'the stored size',
  error: 'the error',
  data: 'whether the data exists',
};

/** Returns one problem for all untold fields of a provider; null if there are none. */
export function untoldProblem(provider: string, untold: ReadonlySet<UntoldField>): Problem | null {
  if (untold.size === 0) return null;
  const fields = [...untold].sort().map((field) => names[field]);
  const hint = (['trigger', 'type', 'data'] as const).some((field) => untold.has(field))
    ? ' Add UNKNOWN to the filter to see them.'
    : '';
  const message = `${provider} could not be filtered: it does not report ${fields.join(' or ')} of some or all of its backups, which are left out.${hint}`;
  return { provider, entityId: null, isUntold: true, error: new GatewayError('INCOMPLETE', message) };
}
