/** Starting and cancelling. Each command is sent once; its result is read afterwards, since replies say too little. */
import { untilAborted } from '../../src/core/deadline.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import type {
  CancelResult,
  CreateRequest,
  SentStart,
  Started,
  StartFinding,
  StartRequest,
} from '../../src/core/provider-commands.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { unescapeIdentifier } from '../../src/core/unicode.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, noSuchBackup, orElse, refuseSettings } from '../_kit/errors.ts';
import { createTurns } from '../_kit/turns.ts';
import { refusalKey } from './errors.ts';
import { isJobId, type Jobs } from './jobs.ts';
import { type BorgBackup, toQueuedBackup } from './map.ts';
import { cancelReply, type RepositoryRow, startReply } from './wire.ts';

interface Commands {
  mark(signal: AbortSignal): Promise<string>;
  start(request: StartRequest, signal: AbortSignal): Promise<Started>;
  create(request: CreateRequest, signal: AbortSignal): Promise<Started>;
  retry(backup: Backup, signal: AbortSignal): Promise<Started>;
  find(start: SentStart, signal: AbortSignal): Promise<StartFinding>;
  cancel(id: LocalId, signal: AbortSignal): Promise<CancelResult>;
}

/** A cancel may take this many times the timeout: the product waits 5 s for the process, kills it and cleans up. */
const cancelPatience = 3;
/** Number of the newest jobs of a repository among which a start is looked for. */
const searchDepth = 50;

interface CommandsOptions {
  readonly provider: string;
  readonly times: TimeReader;
  /** Timeout of a start; a cancel may take longer. */
  readonly timeoutMs: number;
  readonly upstream: Upstream;
  readonly jobs: Jobs;
  readonly listRepositories: (signal: AbortSignal) => Promise<readonly RepositoryRow[]>;
}

export function createCommands(options: CommandsOptions): Commands {
  const { provider, times, timeoutMs, upstream, jobs, listRepositories } = options;
  // The product takes one manual job at a time, and may answer two at once.
  const takeTurn = createTurns((before, signal) =>
    untilAborted(before, signal).catch((cause: unknown) => {
      const message = `The request ended before ${provider} was asked to start anything.`;
      throw new GatewayError('PROVIDER_TIMEOUT', message, { cause });
    }),
  );

  /** The product accepts any path, and even none, so the path is checked here. */
  async function checkRepository(entityId: LocalId, signal: AbortSignal): Promise<void> {
    const repository = (await listRepositories(signal)).find((one) => one.path === entityId);
    const field = ['input', 'entityId'];
    if (!repository) throw new GatewayError('NOT_FOUND', `${provider} has no such repository.`, { field });
    if (repository.mode !== 'observe') return;
    throw new GatewayError('UNSUPPORTED', `${provider} only observes this repository and cannot back it up.`, {
      field,
    });
  }

  async function startNow(entityId: LocalId, signal: AbortSignal): Promise<BorgBackup> {
    await checkRepository(entityId, signal);
    const json = { repository: unescapeIdentifier(entityId) };
    const { job_id } = await upstream.command('/api/backup/start', { schema: startReply, json }, signal);
    return readStarted(job_id, entityId, signal);
  }

  /** The product names the job that failed, and reads its repository from there. */
  async function retryNow({ localId, entityId }: Backup, signal: AbortSignal): Promise<BorgBackup> {
    const call = upstream.command(path`/api/backup/jobs/${localId}/retry`, { schema: startReply }, signal);
    const { job_id } = await call.catch((error: unknown) => {
      if (refusalKey(error) !== 'backup.retryOnlyTerminalFailedCancelled') throw error;
      const message = `${provider} runs only backups again that were started by hand and failed or were cancelled: use startBackup.`;
      throw new GatewayError('UNSUPPORTED', message, { cause: error, field: ['input', 'id'] });
    });
    return readStarted(job_id, entityId ?? '', signal);
  }

  /**
   * The reply always says pending, even for a job that has already failed. If this read fails, the job has been started
   * all the same.
   */
  const readStarted = (jobId: number, entityId: LocalId, signal: AbortSignal): Promise<BorgBackup> =>
    jobs.read(String(jobId), signal).catch(orElse(toQueuedBackup(jobId, entityId, { provider, times, readAt: 0 })));

  const toStarted = (backup: BorgBackup): Started => ({ backup, handle: backup.localId, message: null });

  /** The product refuses to cancel a queued job and an ended one with the same message. */
  async function explainRefusal(id: LocalId, refusal: GatewayError, signal: AbortSignal): Promise<GatewayError> {
    const backup = await jobs.read(id, signal).catch(orElse(null));
    if (backup?.status === 'QUEUED') {
      const message = `${provider} has not started this backup yet, and can only stop one that is running.`;
      return new GatewayError('CONFLICT', message, { cause: refusal });
    }
    return refusal;
  }

  async function start({ entityId, name, description }: StartRequest, signal: AbortSignal): Promise<Started> {
    refuseText(provider, 'name', name);
    refuseText(provider, 'description', description);
    return toStarted(await takeTurn('start', () => startNow(entityId, signal), signal));
  }

  return {
    async mark(signal) {
      const { rows } = await jobs.list({ limit: 1, repository: null }, signal);
      return rows[0]?.localId ?? '0';
    },
    /** Only the reply names the job. Without it, a job of another start looks the same. */
    async find({ entityId, mark, handle }, signal) {
      const [named] = handle === null ? [] : await jobs.find([handle], signal);
      if (named) return { backup: named, candidates: [], error: null };
      const { rows } = await jobs.list({ limit: searchDepth, repository: entityId }, signal);
      const later = rows.filter((row) => mark === null || compareIds(row.localId, mark) > 0);
      const candidates = later.map((row) => row.open()).filter(({ trigger }) => trigger === 'MANUAL');
      return { backup: null, candidates, error: null };
    },
    start,
    async create(request, signal) {
      refuseSettings('Borg UI', request.settings);
      return start(request, signal);
    },
    async retry(backup, signal) {
      return toStarted(await takeTurn('start', () => retryNow(backup, signal), signal));
    },
    async cancel(id, signal) {
      if (!isJobId(id)) throw noSuchBackup(provider);
      const patience = { timeoutMs: cancelPatience * timeoutMs };
      const call = upstream.command(path`/api/backup/cancel/${id}`, { schema: cancelReply, ...patience }, signal);
      const reply = await call.catch(async (error: unknown) => {
        throw isCode(error, 'CONFLICT') ? await explainRefusal(id, error, signal) : error;
      });
      const backup = await jobs.read(id, signal).catch((cause: unknown) => {
        const message = `${provider} took the request to stop, but does not show what became of it.`;
        throw new GatewayError('OUTCOME_UNKNOWN', message, { cause });
      });
      return { backup, processTerminated: reply.process_terminated ?? null };
    },
  };
}

function refuseText(provider: string, field: 'name' | 'description', text: string | null): void {
  if (text === null) return;
  throw new GatewayError('UNSUPPORTED', `${provider} gives its backups no ${field} of ours.`, {
    field: ['input', field],
  });
}
