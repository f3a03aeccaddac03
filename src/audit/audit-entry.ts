/** What is written down of a command for those who ask later who did what. */

import type { OperationRecord } from '../commands/operation-record.ts';
import { type ErrorCode, GatewayError, traitsOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';

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

/** The result of a command for one target. */
export interface TargetResult {
  /** Why nothing was done; null where the command was carried out. */
  readonly code: ErrorCode | null;
  /** The product's own id of the backup that was changed. */
  readonly externalId: string | null;
}

/** The result of a command, as the code that carried it out knows it. */
export interface CommandResult {
  /** One for each target, in the order of the targets; a single one stands for all targets. */
  readonly targets: readonly TargetResult[];
  readonly operation: OperationRecord | null;
}

/** A command that was carried out. An operation, where there is one, knows the ids and errors itself. */
export const carriedOut = ({
  operation = null,
  backup = null,
}: {
  readonly operation?: OperationRecord | null;
  readonly backup?: Backup | null;
}): CommandResult => ({
  operation,
  targets: [{ code: null, externalId: operation ? null : (backup?.externalId ?? null) }],
});

/** A command of which nothing was done. */
export const notDone = (code: ErrorCode): CommandResult => ({
  operation: null,
  targets: [{ code, externalId: null }],
});

/** A command with an answer of its own for each target. */
export const doneForEach = (answers: readonly (Backup | GatewayError)[]): CommandResult => ({
  operation: null,
  targets: answers.map((answer) =>
    answer instanceof GatewayError
      ? { code: answer.code, externalId: null }
      : { code: null, externalId: answer.externalId },
  ),
});

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

export function completed(record: AuditRecord, { targets, operation }: CommandResult): AuditRecord {
  const summary = operation ? ofOperation(operation) : ofCodes(targets.map(({ code }) => code));
  const ofAll = targets.length === 1 ? targets[0] : undefined;
  return {
    ...record,
    ...summary,
    operation: operation?.id ?? record.operation,
    targets: record.targets.map((target, index) => {
      const { code = null, externalId = null } = ofAll ?? targets[index] ?? {};
      return { ...target, externalId, code: operation ? summary.code : code };
    }),
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
