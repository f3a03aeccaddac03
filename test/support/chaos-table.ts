/** What a client is told when a product, or the way to it, fails: one row for each fault, the same for every product. */
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Fault } from './fault-proxy.ts';
import {
  addsFields,
  answersLoginPage,
  answersStatus,
  confusesTypes,
  cutsBody,
  datesBack,
  dribbles,
  dropsFields,
  floods,
  hangs,
  resetsAfter,
  resetsBefore,
} from './faults.ts';

/**
 * What a start or a cancel comes to, by what it truly did.
 *
 * - DONE: it was done, and the answer says so.
 * - LOST_DONE, LOST_UNDONE: its answer was lost, so it is PENDING at first and looked up.
 * - an error code: refused for certain, and not done.
 */
export type Ending = 'DONE' | 'LOST_DONE' | 'LOST_UNDONE' | ErrorCode;

/** ANSWER: as if nothing had been. */
export type Told = ErrorCode | 'ANSWER';

export interface FaultRow {
  readonly name: string;
  /** What fails: requests of the call, by a fault of the proxy; or the way there, or our session. */
  readonly fault: Fault | 'nothing listens' | 'an ended session';
  /** It hits every request, a login too, and not only those of the call. */
  readonly isEverywhere?: true;
  /** How many requests it hits; all unless given. */
  readonly times?: number;
  /** What reads say: list, get, log, and those that come before a start. */
  readonly read: Told;
  /** How often a read is asked in all. */
  readonly tries: number;
  /** What a start and a cancel come to. Each is sent once at most. */
  readonly command: Ending;
  /** What an edit says. */
  readonly edit: Told;
  /** What a list says where only the login fails, which is tried once. */
  readonly login: Told;
  /** It is over only when a deadline is, so the deadline is short. */
  readonly isSlow?: true;
  /** It changes JSON, so there must be some. */
  readonly isJson?: true;
  /** The product's own clock. */
  readonly behindMs?: number;
}

/** Nothing came back that says what happened. */
const lost = (done: boolean) =>
  ({ command: done ? 'LOST_DONE' : 'LOST_UNDONE', edit: 'OUTCOME_UNKNOWN' }) satisfies Partial<FaultRow>;
const refused = (code: ErrorCode) => ({ command: code, edit: code, login: code }) satisfies Partial<FaultRow>;
const fine = { read: 'ANSWER', tries: 1, command: 'DONE', edit: 'ANSWER', login: 'ANSWER' } as const;
const unreachable = { read: 'PROVIDER_UNAVAILABLE', tries: 3, login: 'PROVIDER_UNAVAILABLE' } as const;
const silent = { read: 'PROVIDER_TIMEOUT', tries: 1, login: 'PROVIDER_TIMEOUT', isSlow: true } as const;
const unreadable = { read: 'PROVIDER_INVALID_RESPONSE', tries: 1, login: 'PROVIDER_INVALID_RESPONSE' } as const;

const hour = 3_600_000;

export const faultRows: readonly FaultRow[] = [
  { name: 'refuses connections', fault: 'nothing listens', ...unreachable, ...refused('PROVIDER_UNAVAILABLE') },
  { name: 'resets before it reads', fault: resetsBefore(), ...unreachable, ...lost(false) },
  { name: 'resets after it did it', fault: resetsAfter(), ...unreachable, ...lost(true) },
  { name: 'sends half a body', fault: cutsBody(), ...unreachable, ...lost(true) },
  { name: 'sends a byte at a time', fault: dribbles(), ...silent, ...lost(true) },
  { name: 'hangs', fault: hangs(), ...silent, ...lost(false) },
  { name: 'hangs after it did it', fault: hangs('after'), ...silent, ...lost(true) },
  { name: 'answers 500', fault: answersStatus(500), ...unreachable, tries: 1, ...lost(false) },
  {
    name: 'answers 503 once',
    fault: answersStatus(503),
    times: 1,
    ...fine,
    tries: 2,
    ...lost(false),
    login: 'PROVIDER_UNAVAILABLE',
  },
  { name: 'answers 503', fault: answersStatus(503), ...unreachable, ...lost(false) },
  {
    name: 'answers 429 once',
    fault: answersStatus(429, { 'retry-after': '0' }),
    times: 1,
    ...fine,
    tries: 2,
    ...refused('PROVIDER_RATE_LIMITED'),
  },
  {
    name: 'answers 429 for a minute',
    fault: answersStatus(429, { 'retry-after': '60' }),
    read: 'PROVIDER_RATE_LIMITED',
    tries: 1,
    ...refused('PROVIDER_RATE_LIMITED'),
  },
  { name: 'shows a login page with 200', fault: answersLoginPage(), ...unreadable, ...lost(false) },
  { name: 'sends wrong types', fault: confusesTypes(), isJson: true, ...unreadable, ...lost(true) },
  { name: 'leaves fields out', fault: dropsFields(), isJson: true, ...unreadable, ...lost(true) },
  { name: 'adds fields', fault: addsFields(), isJson: true, ...fine },
  { name: 'sends 100 MB', fault: floods('chunked'), ...unreadable, ...lost(false) },
  { name: 'has a clock an hour behind', fault: datesBack(hour), behindMs: hour, ...fine },
  {
    name: 'has a clock an hour behind, and resets after it did it',
    fault: resetsAfter(),
    behindMs: hour,
    ...unreachable,
    ...lost(true),
  },
  {
    name: 'refuses our credentials from now on',
    fault: answersStatus(401),
    isEverywhere: true,
    read: 'PROVIDER_UNAUTHENTICATED',
    tries: 1,
    ...refused('PROVIDER_UNAUTHENTICATED'),
  },
  { name: 'has ended our session', fault: 'an ended session', ...fine, tries: 2 },
];
