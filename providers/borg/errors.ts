/** Maps refusals of Borg UI to errors. Bodies are `{"detail": X}`, X being a key, a text or a list of invalid fields. */
import { type ErrorCode, GatewayError } from '../../src/core/errors.ts';
import type { RefusedAnswer } from '../../src/upstream/contract.ts';
import { noSuchBackup } from '../_kit/errors.ts';
import { parseKey, shortKey } from './error-message.ts';

type Params = Readonly<Record<string, unknown>>;
type Meaning = readonly [code: ErrorCode, sentence: (params: Params) => string];

/** By the end of the product's translation key; each sentence follows the name of the provider. */
const meanings = new Map<string, Meaning>([
  ['auth.incorrectCredentials', ['PROVIDER_UNAUTHENTICATED', () => 'refuses the configured user name or password']],
  ['auth.invalidOrExpiredToken', ['PROVIDER_UNAUTHENTICATED', () => 'no longer takes the token that it was given']],
  [
    'auth.localLoginDisabled',
    ['PROVIDER_UNAUTHENTICATED', () => 'takes no passwords: configure a personal access token instead'],
  ],
  ['auth.tooManyRequests', ['PROVIDER_RATE_LIMITED', () => 'has locked logins for a while after several wrong ones']],
  [
    'auth.notEnoughPermissions',
    ['PROVIDER_FORBIDDEN', () => 'says that the configured account lacks the role for this on the repository'],
  ],
  ['backup.concurrentLimitReached', ['CONFLICT', explainLimit]],
  ['jobs.repositoryOperationActive', ['CONFLICT', explainBusy]],
  [
    'backup.canOnlyCancelRunningJobs',
    ['CONFLICT', () => 'can only stop a backup that is running, and this one is not running'],
  ],
  [
    'backup.cannotDownloadLogsForRunningBackup',
    ['CONFLICT', () => 'offers the log for download once the backup has ended'],
  ],
  [
    'backup.retryOnlyTerminalFailedCancelled',
    ['CONFLICT', () => 'only runs a backup again that failed or was cancelled'],
  ],
  ['repo.cannotBackupObserveRepository', ['UNSUPPORTED', () => 'only observes this repository and cannot back it up']],
  ['backup.backupJobNotFound', ['NOT_FOUND', () => 'has no such backup']],
  // The answer for a job that does not exist, for one that this account may not see, and for an internal fault.
  ['backup.failedGetBackupStatus', ['NOT_FOUND', () => 'has no such backup, or cannot show it']],
  ['backup.noLogsAvailable', ['NOT_FOUND', () => 'keeps no log of this backup']],
  ['backup.logFileNotFound', ['NOT_FOUND', () => 'no longer has the log of this backup']],
  ['activity.noLogsAvailableForJob', ['NOT_FOUND', () => 'keeps no log of this backup']],
  ['activity.jobNotFound', ['NOT_FOUND', () => 'has no such backup']],
]);

function explainLimit({ limit, active }: Params): string {
  if (!isCount(limit) || !isCount(active)) return 'already runs as many manual backups as it may: ask again later';
  const backups = limit === 1 ? 'manual backup' : 'manual backups';
  return `runs at most ${limit} ${backups} at a time, and ${active} ${active === 1 ? 'is' : 'are'} going: ask again later`;
}

function explainBusy({ active_job_id: id, active_operation, active_job_type }: Params): string {
  const type = active_operation ?? active_job_type;
  const isNamed = typeof type === 'string' && /^[a-z_]{1,30}$/.test(type);
  const job = `${isNamed ? type.replaceAll('_', ' ') : 'another'} job${isCount(id) ? ` ${id}` : ''}`;
  return `is busy with this repository (${job}): ask again when that has ended`;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

/** For `createUpstream`; null: the error follows from the status. */
export const createExplain =
  (provider: string) =>
  (answer: RefusedAnswer): GatewayError | null => {
    // The start or the cancel may have been carried out before the fault.
    if (answer.isCommand && answer.status >= 500) return null;
    const detail = detailOf(answer.body);
    return explainKeyed(provider, detail) ?? explainFields(provider, detail) ?? explainText(provider, detail, answer);
  };

function detailOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'detail' in body ? body.detail : null;
}

/** The key of a refusal, as the cause of an error: for the adapter, never for clients. */
class BorgRefusal extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`Borg UI answered with ${key}`);
    this.key = key;
  }
}

/** The product's key of an error, without `backend.errors.`; null if it gave none. */
export const refusalKey = (error: unknown): string | null =>
  error instanceof GatewayError && error.cause instanceof BorgRefusal ? error.cause.key : null;

function explainKeyed(provider: string, detail: unknown): GatewayError | null {
  const keyed = parseKey(detail);
  const key = shortKey(keyed?.key ?? '');
  const [code, sentence] = meanings.get(key) ?? [];
  if (!keyed || !code || !sentence) return null;
  const { retryAfterSeconds } = keyed.params;
  return new GatewayError(code, `${provider} ${sentence(keyed.params)}.`, {
    cause: new BorgRefusal(key),
    retryAfterSeconds: isCount(retryAfterSeconds) ? retryAfterSeconds : undefined,
  });
}

/** Names only the fields: the product's messages about them repeat the values that were sent. */
function explainFields(provider: string, detail: unknown): GatewayError | null {
  if (!Array.isArray(detail)) return null;
  const fields = [...new Set(detail.map(fieldOf).filter((field) => field !== null))];
  const what = fields.length === 0 ? 'what was asked' : `these fields of the request: ${fields.join(', ')}`;
  return new GatewayError('BAD_USER_INPUT', `${provider} refuses ${what}.`);
}

function fieldOf(problem: unknown): string | null {
  const path: unknown = typeof problem === 'object' && problem !== null && 'loc' in problem ? problem.loc : null;
  const last: unknown = Array.isArray(path) ? path.at(-1) : null;
  return typeof last === 'string' && /^[\w-]{1,40}$/.test(last) ? last : null;
}

/** Some calls wrap a refusal in a 500 whose text begins with the intended status. */
const wrapped = /^[\w ]+: (404|403): /;

function explainText(provider: string, detail: unknown, { status, isCommand }: RefusedAnswer): GatewayError | null {
  if (typeof detail !== 'string') return null;
  const inner = status === 500 ? wrapped.exec(detail)?.[1] : undefined;
  if (inner === '404') return noSuchBackup(provider);
  if (inner === '403') {
    return new GatewayError(
      'PROVIDER_FORBIDDEN',
      `${provider} says that the configured account may not see this backup.`,
    );
  }
  if (status !== 404 || isCommand) return null;
  // The server has no such route. All known versions have every route that is called, except that one of the two log
  // routes may be missing: the log reader then uses the other.
  return new GatewayError(
    'PROVIDER_INVALID_RESPONSE',
    `${provider} does not know a call of Borg UI: is its address in the configuration complete, and is it a Borg UI?`,
    { cause: new BorgRefusal('route.unknown') },
  );
}
