/** Selects entries of the audit log, by what the viewer may see of them. Pure. */
import type { Instant } from '../core/instant.ts';
import type { AuditEntry, CommandOutcome } from './audit-entry.ts';

/** All given fields must match; a list matches any of its values. Null: no restriction. */
export interface AuditFilter {
  /** Ids of viewers. */
  readonly viewers: readonly string[] | null;
  /** Names of mutations. */
  readonly commands: readonly string[] | null;
  readonly outcomes: readonly CommandOutcome[] | null;
  readonly providers: readonly string[] | null;
  /** Inclusive. */
  readonly since: Instant | null;
  /** Exclusive. */
  readonly until: Instant | null;
}

export const noAuditFilter: AuditFilter = {
  viewers: null,
  commands: null,
  outcomes: null,
  providers: null,
  since: null,
  until: null,
};

export function matchesAudit(entry: AuditEntry, filter: AuditFilter): boolean {
  const { viewers, commands, outcomes, providers, since, until } = filter;
  return (
    (viewers?.includes(entry.viewer.id) ?? true) &&
    (commands === null || (entry.command !== null && commands.includes(entry.command))) &&
    (outcomes?.includes(entry.outcome) ?? true) &&
    (providers === null || entry.targets.some(({ provider }) => provider !== null && providers.includes(provider))) &&
    (since === null || entry.at >= since) &&
    (until === null || entry.at < until)
  );
}
