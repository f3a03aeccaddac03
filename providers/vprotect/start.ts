/** Starting a backup. The reply names a task; the backup of the task appears later. */
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import { now } from '../../src/core/instant.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import type { SentStart, Started, StartFinding, StartRequest } from '../../src/core/provider-commands.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { orElse } from '../_kit/errors.ts';
import { plain } from './errors.ts';
import type { Finder } from './find.ts';
import { isGuid } from './guid.ts';
import type { VProtectEntity } from './map.ts';
import type { ExportSettings } from './settings.ts';
import type { Tasks } from './tasks.ts';
import { isOurs, toWindow } from './window.ts';
import { createExportReply, type TaskRow, type Wire } from './wire.ts';

export interface StartsOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly wire: Wire;
  readonly tasks: Tasks;
  readonly finder: Finder;
  readonly findEntity: (id: LocalId, signal: AbortSignal) => Promise<VProtectEntity | null>;
  readonly listBackups: (query: PageQuery, signal: AbortSignal) => Promise<BackupPage>;
}

interface Starts {
  /** `field`: path of the request in the arguments. */
  start(
    request: StartRequest,
    settings: ExportSettings,
    field: readonly string[],
    signal: AbortSignal,
  ): Promise<Started>;
  find(start: SentStart, signal: AbortSignal): Promise<StartFinding>;
}

/** How far the server's clock may be behind ours. */
const clockMarginMicroseconds = 5 * 60_000_000;
const maxCandidates = 10;
const parallelReads = 8;

export function createStarts(options: StartsOptions): Starts {
  const { provider, upstream, wire, tasks, finder, findEntity, listBackups } = options;
  const exportReply = createExportReply(wire);

  async function start(
    { entityId, name, description, nonce }: StartRequest,
    settings: ExportSettings,
    field: readonly string[],
    signal: AbortSignal,
  ): Promise<Started> {
    refuseText(provider, [...field, 'name'], name);
    refuseText(provider, [...field, 'description'], description);
    const entity = isGuid(entityId) ? await findEntity(entityId, signal) : null;
    if (!entity)
      throw new GatewayError('NOT_FOUND', `${provider} has no such entity.`, { field: [...field, 'entityId'] });
    const json = toExport(entity, settings, nonce);
    const reply = await upstream.command('/tasks/export', { schema: exportReply, json }, signal);
    if (reply.isRefused) throw notStarted(provider);
    const own = reply.tasks.find(({ protectedEntity }) => protectedEntity?.guid === entityId) ?? reply.tasks[0];
    const task = own ?? (await findOwnTask(entityId, nonce, signal).catch(orElse(null)));
    if (!task) throw unnamed(provider);
    const [backup = null] = task.backup ? await finder.find([task.backup.guid], signal).catch(orElse([])) : [];
    return { backup, handle: task.guid, message: backup ? null : startedMessage(provider) };
  }

  async function findOwnTask(entityId: LocalId, nonce: string, signal: AbortSignal): Promise<TaskRow | null> {
    return (await tasks.ofEntity(entityId, signal)).find((task) => isOurs(task, nonce)) ?? null;
  }

  async function find({ entityId, nonce, handle, sentAt }: SentStart, signal: AbortSignal): Promise<StartFinding> {
    if (!isGuid(entityId)) return nothing;
    const task = handle === null ? await findOwnTask(entityId, nonce, signal) : await tasks.read(handle, signal);
    const [linked = null] = task?.backup ? await finder.find([task.backup.guid], signal) : [];
    if (linked) return { ...nothing, backup: linked };
    const page = await listBackups(recentOf(entityId, sentAt - clockMarginMicroseconds), signal);
    const guid = task?.guid ?? handle;
    const seen = await mapBounded(page.rows, parallelReads, async (row) => ({
      backup: row.open(),
      tasks: guid === null ? [] : await tasks.ofBackup(row.localId, signal),
    }));
    const proven = seen.find((one) => one.tasks.some((other) => other.guid === guid));
    if (proven) return { ...nothing, backup: proven.backup };
    const error = task ? failureOf(provider, task) : null;
    if (error) return { ...nothing, error };
    // A backup that has tasks, but not ours, is of another start.
    return { ...nothing, candidates: seen.filter((one) => one.tasks.length === 0).map(({ backup }) => backup) };
  }

  return { start, find };
}

const nothing: StartFinding = { backup: null, candidates: [], error: null };

const recentOf = (entityId: LocalId, startedAfter: number): PageQuery => ({
  direction: 'descending',
  after: null,
  limit: maxCandidates,
  filter: { ...noFilter, entityIds: [entityId], startedAfter },
  offset: 0,
});

/** The fields that two generations of the vendor's clients send. */
function toExport({ externalId, details }: VProtectEntity, { type, priority, target }: ExportSettings, nonce: string) {
  const { entityType } = details;
  return {
    backupType: { name: type },
    protectedEntities: [{ guid: externalId }],
    ...(entityType === null || entityType === 'UNKNOWN' ? {} : { protectedEntityType: entityType }),
    priority,
    ...toWindow(now(), nonce),
    ...target,
    retryCount: 0,
    async: true,
  };
}

/** The error of a task that ended without a backup; null for any other task. */
function failureOf(provider: string, { state, statusInfo }: TaskRow): GatewayError | null {
  const reason = plain(statusInfo ?? '', 250);
  const because = reason === '' ? '' : `: ${reason}`;
  if (state?.name === 'CANCELLED') {
    return new GatewayError('CONFLICT', `The task was cancelled in ${provider} before it made a backup${because}.`);
  }
  return state?.name === 'FAILED'
    ? new GatewayError('PROVIDER_UNAVAILABLE', `The task failed in ${provider} before it made a backup${because}.`)
    : null;
}

const startedMessage = (provider: string): string =>
  `${provider} has taken the task, and will list the backup as soon as it works on it.`;

const notStarted = (provider: string): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `${provider} started nothing and gave no reason: the entity may be gone from its platform, or may not be backed up now.`,
  );

/** For an empty reply if no task of this start is found. */
const unnamed = (provider: string): GatewayError =>
  new GatewayError(
    'OUTCOME_UNKNOWN',
    `${provider} took the command without naming a task: look whether the backup was started before asking again.`,
  );

function refuseText(provider: string, field: readonly string[], text: string | null): void {
  if (text === null) return;
  throw new GatewayError('UNSUPPORTED', `${provider} gives a backup that it starts no ${field.at(-1)} of ours.`, {
    field,
  });
}
