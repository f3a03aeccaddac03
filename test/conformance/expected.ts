/** The one table of what a user is told when a product, or the way to it, fails. */
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Fault } from '../support/fault-proxy.ts';
import {
  answersErrorPage,
  answersLoginPage,
  answersNothing,
  answersStatus,
  confusesTypes,
  cutsBody,
  dribbles,
  floods,
  hangs,
  resetsAfter,
  resetsBefore,
  truncatesJson,
} from '../support/faults.ts';
import type { CallName } from './calls.ts';

/** ANSWER: the fault leaves enough to answer from, or says in its own way that there is nothing. */
export type Outcome = ErrorCode | 'ANSWER';

export interface FaultCase {
  readonly fault: Fault;
  readonly read: Outcome;
  readonly command: Outcome;
  /** Where one method may end otherwise as well. */
  readonly also?: Partial<Record<CallName, Outcome>>;
  /** It is over only when the deadline is. */
  readonly isSlow?: true;
  readonly retryAfterSeconds?: number;
}

const refused = (fault: Fault, code: ErrorCode, rest: Partial<FaultCase> = {}): FaultCase => ({
  fault,
  read: code,
  command: code,
  ...rest,
});

/** The command was done, or not: nobody can tell from here. */
const lost = (fault: Fault, read: ErrorCode, rest: Partial<FaultCase> = {}): FaultCase => ({
  fault,
  read,
  command: 'OUTCOME_UNKNOWN',
  ...rest,
});

/** A status of its own may be all that a product says of something that is not there, or keeps no log. */
const mayBeNothing = { getBackups: 'ANSWER', readLog: 'ANSWER' } as const;
/** What became of a cancel is read afterwards, so its own answer may not be needed. */
const mayBeUnread = { cancelBackup: 'ANSWER' } as const;

export const faultCases: readonly FaultCase[] = [
  refused(answersStatus(401), 'PROVIDER_UNAUTHENTICATED'),
  refused(answersStatus(403), 'PROVIDER_FORBIDDEN'),
  refused(answersStatus(404), 'NOT_FOUND', { also: mayBeNothing }),
  refused(answersStatus(409), 'CONFLICT'),
  refused(answersStatus(422), 'BAD_USER_INPUT'),
  refused(answersStatus(429, { 'retry-after': '60' }), 'PROVIDER_RATE_LIMITED', { retryAfterSeconds: 60 }),
  lost(answersStatus(500), 'PROVIDER_UNAVAILABLE'),
  lost(answersErrorPage(502), 'PROVIDER_UNAVAILABLE'),
  lost(answersStatus(503, { 'retry-after': '60' }), 'PROVIDER_UNAVAILABLE', { retryAfterSeconds: 60 }),
  lost(answersErrorPage(504), 'PROVIDER_TIMEOUT'),
  lost(answersLoginPage(), 'PROVIDER_INVALID_RESPONSE'),
  lost(answersNothing(), 'PROVIDER_INVALID_RESPONSE', { also: mayBeUnread }),
  lost(truncatesJson(), 'PROVIDER_INVALID_RESPONSE'),
  lost(confusesTypes(), 'PROVIDER_INVALID_RESPONSE', { also: mayBeUnread }),
  lost(floods('chunked'), 'PROVIDER_INVALID_RESPONSE'),
  lost(floods('declared'), 'PROVIDER_INVALID_RESPONSE'),
  lost(cutsBody(), 'PROVIDER_UNAVAILABLE'),
  lost(resetsBefore(), 'PROVIDER_UNAVAILABLE'),
  lost(resetsAfter(), 'PROVIDER_UNAVAILABLE'),
  lost(hangs(), 'PROVIDER_TIMEOUT', { isSlow: true }),
  lost(hangs('after'), 'PROVIDER_TIMEOUT', { isSlow: true }),
  lost(dribbles(), 'PROVIDER_TIMEOUT', { isSlow: true }),
];
