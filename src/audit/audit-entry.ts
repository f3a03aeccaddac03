/** What is written down of a command for those who ask later who did what. */

import type { OperationRecord } from '../commands/operation-record.ts';
import { type ErrorCode, traitsOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';

export const commandOutcomes = [
  'UNDER_WAY',
  'ACCEPTED',
  'DONE',
  'PARTLY_DONE',
  'REFUSED',
  'FAILED',
  'UNKNOWN',
] as const;

export type CommandOutcome = (typeof commandOutcomes)[number];

/** One thing that a command was aimed at. */
export interface AuditTarget {
  /** As the client gave it, cut where it is longer than any id of ours. */
  readonly id: string;
  /** Null where no configured provider is meant. */
  readonly provider: string | null;
  /** Whether the viewer could see the provider; if not, the id did not exist for the viewer. */
  readonly isSeen: boolean;
  /** The product's own id of the backup that was changed; of starts and cancels the operation has it. */
  readonly externalId: string | null;
  /** Why it was not done with this one. */
  readonly code: ErrorCode | null;
}

/** Who gave a command, and from where. */
export interface CommandSource {
  readonly viewer: { readonly id: string; readonly name: string };
  readonly address: string;
  readonly requestId: string;
}

export interface AuditRecord {
  readonly viewer: CommandSource['viewer'];
  /** Null, like the next two, only where the entry counts several commands. */
  readonly address: string | null;
  readonly requestId: string | null;
  readonly command: string | null;
  readonly targets: readonly AuditTarget[];
  readonly outcome: CommandOutcome;
  readonly code: ErrorCode | null;
  /** Id of the operation that it has become. */
  readonly operation: string | null;
}

export interface AuditEntry extends AuditRecord {
  /** Says nothing about how many others there are. */
  readonly id: string;
  readonly at: Instant;
  /** How many commands it stands for. */
  readonly count: number;
}

/** What became of a command. */
export interface CommandResult {
  /** For each target why it was not done, or null; one for all where there is no target. */
  readonly codes: readonly (ErrorCode | null)[];
  /** Of the backups that were changed, for each target. */
  readonly externalIds: readonly (string | null)[];
  readonly operation: OperationRecord | null;
}

/** Of the targets together. */
export function ofCodes(codes: readonly (ErrorCode | null)[]): Pick<AuditRecord, 'outcome' | 'code'> {
  const code = codes.find((one) => one !== null) ?? null;
  if (code === null) return { outcome: 'DONE', code };
  return { outcome: codes.includes(null) ? 'PARTLY_DONE' : traitsOf(code).commandOutcome, code };
}

function ofOperation({ status, lostAt, error }: OperationRecord): Pick<AuditRecord, 'outcome' | 'code'> {
  if (status === 'SUCCEEDED') return { outcome: 'DONE', code: null };
  if (status === 'FAILED') return ofCodes([error?.code ?? 'INTERNAL']);
  const isLost = status === 'OUTCOME_UNKNOWN' || lostAt !== null;
  return isLost ? { outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' } : { outcome: 'ACCEPTED', code: null };
}

export function completed(record: AuditRecord, { codes, externalIds, operation }: CommandResult): AuditRecord {
  const summary = operation ? ofOperation(operation) : ofCodes(codes);
  const codeAt = (index: number) => (operation ? summary.code : (codes[index] ?? null));
  return {
    ...record,
    ...summary,
    operation: operation?.id ?? record.operation,
    targets: record.targets.map((target, index) => ({
      ...target,
      externalId: externalIds[index] ?? null,
      code: codeAt(index),
    })),
  };
}

/** Who looks: itself, and the names of the providers that it may see; null: all. */
export interface Sight {
  readonly viewer: string;
  readonly providers: readonly string[] | null;
}

/** The entry as somebody may see it: of other providers' targets there is no trace. */
export function seenBy<Entry extends AuditRecord>(entry: Entry, { viewer, providers }: Sight): Entry {
  if (providers === null) return entry;
  const isOwn = entry.viewer.id === viewer;
  const targets = entry.targets.flatMap((target) => {
    if (target.provider !== null && providers.includes(target.provider)) return [target];
    return isOwn && isNowhere(target) ? [{ ...target, provider: null }] : [];
  });
  if (targets.length === entry.targets.length || entry.outcome === 'UNDER_WAY') return { ...entry, targets };
  return { ...entry, targets, ...ofCodes(targets.map(({ code }) => code)) };
}

/** For this viewer the command was of no provider. */
const isNowhere = ({ provider, isSeen }: AuditTarget): boolean => provider === null || !isSeen;

/** The viewer who sent the command sees the entry, besides those who see its providers. */
export const isPersonal = ({ targets }: AuditRecord): boolean => targets.length === 0 || targets.some(isNowhere);
