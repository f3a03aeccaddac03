/** Filters that could not be applied: the product does not tell what they ask. */
import { GatewayError } from '../core/errors.ts';
import type { BackupFilter, UntoldField } from '../core/filter.ts';
import type { Problem } from '../core/provider.ts';

/** Nothing of a filter that narrows by nothing can be untold. */
export function withUntold(filter: BackupFilter): { readonly filter: BackupFilter; readonly untold: Set<UntoldField> } {
  const untold = new Set<UntoldField>();
  return { filter: { ...filter, untold }, untold };
}

const names: Readonly<Record<UntoldField, string>> = {
  entity: 'what they are of',
  type: 'what they hold',
  trigger: 'what started them',
  time: 'when they were made',
};

/** One problem for each provider, for all rows and fields. */
export function untoldProblem(provider: string, untold: ReadonlySet<UntoldField>): Problem | null {
  if (untold.size === 0) return null;
  const fields = [...untold].sort().map((field) => names[field]);
  const hint = untold.has('trigger') || untold.has('type') ? ' Add UNKNOWN to the filter to see them.' : '';
  const message = `${provider} could not be filtered: of some or all of its backups it does not tell ${fields.join(', nor ')}, and those are left out.${hint}`;
  return { provider, entityId: null, isUntold: true, error: new GatewayError('INCOMPLETE', message) };
}
