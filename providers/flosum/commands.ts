/** Starting a backup. The reply names no backup, so a mark at the end of its name identifies it in the list. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../src/core/errors.ts';
import { formatInstant } from '../../src/core/instant.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { SentStart, Started, StartFinding, StartRequest } from '../../src/core/provider-commands.ts';
import { cutText } from '../../src/core/text.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, isNotFound, orElse } from '../_kit/errors.ts';
import { waitForShared } from '../_kit/shared-work.ts';
import { createTurns } from '../_kit/turns.ts';
import { isDescriptionRefusal, isTemplateRefusal, plain } from './errors.ts';
import { unfiltered } from './filter.ts';
import type { Jobs } from './jobs.ts';
import { type FlosumBackup, nonceMark } from './map.ts';
import { type StartSettings, templateField } from './settings.ts';
import { startReply } from './wire.ts';

interface Commands {
  mark(entityId: LocalId, signal: AbortSignal): Promise<string>;
  start(request: StartRequest, settings: StartSettings, signal: AbortSignal): Promise<Started>;
  find(start: SentStart, signal: AbortSignal): Promise<StartFinding>;
}

interface CommandsOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly jobs: Jobs;
  readonly isPossible: (connectionId: string) => boolean;
  /** Delays before each attempt to find a backup that was just started. */
  readonly looksAfterMs: readonly number[];
}

/** Name of a backup that is started without a name. */
const ownName = 'Backplane';
/** Rows that `mark` reads. */
const markRows = 20;
const entityField = ['input', 'entityId'];

export function createCommands({ provider, upstream, jobs, isPossible, looksAfterMs }: CommandsOptions): Commands {
  const takeTurn = createTurns((before, signal) => waitForShared(provider, before, signal));
  /** An empty description was refused before, so the name is sent instead. */
  let needsDescription = false;

  function checkEntity(entityId: LocalId): void {
    if (!isPossible(entityId)) throw noConnection();
  }

  const noConnection = (cause?: unknown) =>
    new GatewayError('NOT_FOUND', `${provider} has no such connection.`, { field: entityField, cause });

  async function send(
    { entityId, name, description, nonce }: StartRequest,
    settings: StartSettings,
    signal: AbortSignal,
  ) {
    const shownName = name?.trim() || ownName;
    const post = (text: string) => {
      // As JSON, which keeps a name of digits a text: a number would be refused.
      const json = { name: shownName + nonceMark(nonce), description: text, ...settings };
      return upstream.command(
        path`/api/v1/connections/${entityId}/backups/backup`,
        { schema: startReply, json },
        signal,
      );
    };
    if (description) return post(description);
    if (needsDescription) return post(shownName);
    return post('').catch((error: unknown) => {
      if (!isDescriptionRefusal(error)) throw error;
      // 400 means that nothing was started, so the command may be sent again.
      needsDescription = true;
      return post(shownName);
    });
  }

  /** The product does not say which backup is running. */
  async function explainBusy(entityId: LocalId, refusal: GatewayError, signal: AbortSignal): Promise<GatewayError> {
    const running = await findRunning(entityId, signal).catch(orElse(null));
    if (!running) return refusal;
    const { name, externalId, startedAt } = running;
    const title = name === null ? '' : ` “${cutText(plain(cutText(name, 1000)), 80)}”`;
    const since = startedAt === null ? '' : ` since ${formatInstant(startedAt)}`;
    const message = `${provider} is busy with this connection: backup ${externalId}${title} has been running${since}. Ask again when it has ended.`;
    return new GatewayError('CONFLICT', message, { cause: refusal, field: entityField });
  }

  async function findRunning(entityId: LocalId, signal: AbortSignal): Promise<FlosumBackup | null> {
    const options = { sortBy: 'startedDate', order: 'DESC', page: 1, limit: 1 } as const;
    const items = await jobs.read(entityId, { ...unfiltered, statuses: ['In Progress'] }, options, signal);
    return items[0] ? jobs.show(items[0], entityId) : null;
  }

  async function sendExplained(request: StartRequest, settings: StartSettings, signal: AbortSignal): Promise<void> {
    try {
      await send(request, settings, signal);
    } catch (error) {
      if (settings.mode === 'template' && isTemplateRefusal(error)) {
        throw new GatewayError(error.code, error.message, { cause: error, field: templateField });
      }
      if (isNotFound(error)) throw noConnection(error);
      throw isCode(error, 'CONFLICT') ? await explainBusy(request.entityId, error, signal) : error;
    }
  }

  async function findMarked(entityId: LocalId, nonce: string, after: number, signal: AbortSignal) {
    const options = { sortBy: 'jobId', order: 'DESC', page: 1, limit: 20 } as const;
    const items = await jobs.read(entityId, { ...unfiltered, search: nonce }, options, signal);
    const ours = items.filter(({ name, jobId }) => name?.includes(nonceMark(nonce)) && (jobId ?? after + 1) > after);
    // A later start with the same name makes another backup: the first one is ours.
    const first = ours.at(-1);
    return first ? jobs.show(first, entityId) : null;
  }

  /** Looks for the started backup; null if the list does not show it in time. */
  async function look({ entityId, nonce }: StartRequest, signal: AbortSignal): Promise<FlosumBackup | null> {
    for (const ms of looksAfterMs) {
      if (!(await pause(ms, signal))) return null;
      const found = await findMarked(entityId, nonce, 0, signal);
      if (found) return found;
    }
    return null;
  }

  return {
    async mark(entityId, signal) {
      checkEntity(entityId);
      // More than one row, so that one unreadable row does not hide the newest id.
      const options = { sortBy: 'jobId', order: 'DESC', page: 1, limit: markRows } as const;
      const items = await jobs.read(entityId, unfiltered, options, signal);
      return String(Math.max(0, ...items.map(({ jobId }) => jobId ?? 0)));
    },

    async start(request, settings, signal) {
      const { entityId, nonce, description } = request;
      checkEntity(entityId);
      if (description) jobs.rememberDescription(nonce, description);
      await takeTurn(entityId, () => sendExplained(request, settings, signal), signal);
      const backup = await look(request, signal).catch(orElse(null));
      if (backup) return { backup, handle: backup.details.jobId, message: null };
      const message = `${provider} has accepted the start, and does not list the backup yet.`;
      return { backup: null, handle: null, message };
    },

    async find({ entityId, nonce, mark }, signal) {
      const isListed = isPossible(entityId);
      const backup = isListed ? await findMarked(entityId, nonce, Number(mark ?? 0), signal) : null;
      // The mark proves the origin, so there are no candidates.
      return { backup, candidates: [], error: null };
    },
  };
}

/** False if the signal aborted first. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
