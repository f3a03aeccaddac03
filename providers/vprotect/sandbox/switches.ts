/** Switches for undocumented behaviour. A test may change a field at any time; it applies from the next call on. */
import { SandboxServer } from '../../_kit/sandbox/server.ts';
import type { ReplyShape } from './orders.ts';
import type { RefusedOrders, TimelessRows } from './query.ts';
import type { StatisticsShape } from './statistics.ts';
import { type EnumStyle, type ErrorStyle, type Wording, wordingOf } from './wire.ts';

export class Switches extends SandboxServer {
  /** The reply of POST /tasks/export. */
  replyShape: ReplyShape = 'batch';
  /** The status of POST /tasks/export (else 200) and of the transfer rates (else 201). */
  postStatus: 200 | 201 | null = null;
  /** Whether a PUT answers 200 with the documented body, instead of 204. */
  printsBodies = false;
  /** The form of a refusal. */
  errorStyle: ErrorStyle = 'nested';
  /** Whether enums are objects or bare strings. */
  enumStyle: EnumStyle = 'object';
  /** The form of the figures, which is not documented. */
  statisticsShape: StatisticsShape = 'plausible';
  /** Whether backups have only the fields of the vendor's page, and none of the older documents. */
  isBare = false;
  /** Whether a task names its backup, once there is a record. */
  linksTasks = true;
  /** Whether schedules have policies, as older servers do, and no rules. */
  schedulesHavePolicies = false;
  /** Maximum page size; null for none. */
  maxPageSize: number | null = null;
  /** Whether lists come without X-Total-Count. */
  withoutTotalHeader = false;
  /** Which sort tokens are answered with 400: none, all but the known ones, or all. */
  refusesOrderBy: RefusedOrders = 'others';
  /** Whether rows without a snapshot time are sorted as the newest or as the oldest. */
  timelessRows: TimelessRows = 'newest';
  /** How long an ended task is kept; null: always. */
  purgeAfterSeconds: number | null = 86_400;
  /** The status with which every call fails; null: none does. */
  outage: number | null = null;
  /** Guids of entities that the account's role hides; only for-restore shows their backups. */
  readonly hiddenEntities = new Set<string>();

  /** Spells an enum as the switch says. */
  readonly word: Wording = (name) => wordingOf(this.enumStyle)(name);
}
