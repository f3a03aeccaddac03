/**
 * The domain service, and the only caller of providers. One is made for each viewer's request: what the viewer may
 * not see does not exist here, and what a provider cannot do is refused before anything is sent.
 */
import { type BackupList, type ListFilter, type ListQuery, listBackups, toSources } from './backup-list.ts';
import { type EntityList, type EntityQuery, listEntities } from './entity-list.ts';
import { badInput, GatewayError } from './errors.ts';
import { noFilter } from './filter.ts';
import type { Hub } from './hub.ts';
import type { Instant } from './instant.ts';
import type { CancelOutcome, Command, Ledger, StartOutcome } from './ledger/ledger.ts';
import type { OperationKind, OperationRecord } from './ledger/store.ts';
import { type LogPage, type LogPageQuery, logText, readLogPage } from './log-page.ts';
import type { MergeSource } from './merge.ts';
import { type Backup, type BackupStatus, isFinished, type LocalId, type ProtectedEntity, type Ref } from './model.ts';
import { type Capability, type CreateRequest, capabilitiesOf, type Provider, type StartRequest } from './provider.ts';
import { done, pullStream } from './pull.ts';
import type { Recall } from './recall.ts';
import { type Scan, scanBackups } from './scan.ts';
import { type Statistics, summarize } from './statistics.ts';
import { decodeLogCursor, type LogEvent, logStream, type ProgressEvent, progressStream } from './streams.ts';
import { type TimelineBucket, type TimelinePoint, toBuckets, toTimeline } from './timeline.ts';

/** Who is asking, and what it may do. */
export interface Viewer {
  readonly name: string;
  readonly role: 'READER' | 'OPERATOR';
  /** Names of the providers that it may see; null: all. */
  readonly providers: readonly string[] | null;
}

export interface CatalogOptions {
  readonly providers: readonly Provider[];
  readonly hub: Hub;
  readonly recall: Recall;
  readonly ledger: Ledger;
  /** Longest wait for one provider's part of a list. */
  readonly listTimeoutMs: (provider: string) => number;
  /** Between two tries to read a stored log of a provider that does not answer. */
  readonly retryMs: number;
}

export interface TimelineRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly bucket: TimelineBucket;
}

export interface TimelineAnswer extends Pick<Scan, 'problems'> {
  readonly points: readonly TimelinePoint[];
}

export type Action = 'CANCEL' | 'UPDATE_DESCRIPTION' | 'UPDATE_WARNINGS' | 'ACKNOWLEDGE_WARNINGS';

/** What the caller of a start gives besides the entity. */
export interface StartCommand extends Pick<StartRequest, 'name' | 'description'> {
  readonly idempotencyKey: string | null;
}

export interface Catalog {
  readonly viewer: Viewer;
  /** Those that the viewer may see, by name. */
  readonly providers: readonly Provider[];
  provider(name: string): Provider | null;
  /** The provider of a row that came from here. */
  requireProvider(name: string): Provider;
  listBackups(query: ListQuery, signal: AbortSignal): Promise<BackupList>;
  /** The newest backup of the entities, of any of the statuses; null where there is none. Data that is gone does not count as a success. */
  latestBackup(
    entities: readonly Ref[],
    statuses: readonly BackupStatus[] | null,
    signal: AbortSignal,
  ): Promise<Backup | null>;
  /** Numbers over what matches, from a bounded scan; `problems` says what is missing. */
  statistics(filter: ListFilter, signal: AbortSignal): Promise<Statistics & Pick<Scan, 'problems'>>;
  timeline(range: TimelineRange, filter: ListFilter, signal: AbortSignal): Promise<TimelineAnswer>;
  /** One answer for each: the backup, null where there is none, or why its provider could not say. */
  getBackups(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (Backup | null | GatewayError)[]>;
  listEntities(query: EntityQuery, signal: AbortSignal): Promise<EntityList>;
  getEntities(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null | GatewayError)[]>;
  allowedActions(backup: Backup): readonly Action[];
  startBackup(entity: Ref, request: StartCommand): Promise<StartOutcome>;
  /** With the settings of one product, `kind`. */
  createBackup(
    kind: string,
    entity: Ref,
    request: StartCommand & Pick<CreateRequest, 'settings'>,
  ): Promise<StartOutcome>;
  cancelBackup(ref: Ref): Promise<CancelOutcome>;
  updateDescription(ref: Ref, description: string, signal: AbortSignal): Promise<Backup>;
  updateWarnings(ref: Ref, warnings: readonly string[], signal: AbortSignal): Promise<Backup>;
  /** One answer for each, in the same order; one call for each provider. */
  acknowledgeWarnings(
    refs: readonly Ref[],
    acknowledged: boolean,
    signal: AbortSignal,
  ): Promise<readonly (Backup | GatewayError)[]>;
  /** Null where there is none, or its provider is not for this viewer. */
  operation(id: string): OperationRecord | null;
  /** The operation now, and at each change, until its outcome is known. */
  watchOperation(id: string): AsyncIterableIterator<OperationRecord>;
  readLog(backup: Backup, query: LogPageQuery, signal: AbortSignal): Promise<LogPage>;
  /** The whole log as text; null where there is none to be had. */
  readLogText(ref: Ref, signal: AbortSignal): Promise<AsyncIterable<Uint8Array | string> | null>;
  watchProgress(ref: Ref, signal: AbortSignal): Promise<AsyncIterableIterator<ProgressEvent>>;
  watchLog(ref: Ref, after: string | null, signal: AbortSignal): Promise<AsyncIterableIterator<LogEvent>>;
}

export function createCatalog(options: CatalogOptions): (viewer: Viewer) => Catalog {
  return (viewer) => new ViewerCatalog(options, viewer);
}

class ViewerCatalog implements Catalog {
  readonly viewer: Viewer;
  readonly providers: readonly Provider[];
  readonly #options: CatalogOptions;

  constructor(options: CatalogOptions, viewer: Viewer) {
    this.viewer = viewer;
    this.#options = options;
    this.providers = options.providers
      .filter(({ name }) => viewer.providers === null || viewer.providers.includes(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  provider(name: string): Provider | null {
    return this.providers.find((provider) => provider.name === name) ?? null;
  }

  requireProvider(name: string): Provider {
    const provider = this.provider(name);
    if (!provider) throw new GatewayError('NOT_FOUND', 'There is no such provider.');
    return provider;
  }

  // ---- reads

  async listBackups(query: ListQuery, signal: AbortSignal): Promise<BackupList> {
    const list = await listBackups(this.providers, this.#options.listTimeoutMs, query, signal);
    return { ...list, rows: list.rows.map((row) => this.#options.recall.apply(row)) };
  }

  async latestBackup(entities: readonly Ref[], statuses: readonly BackupStatus[] | null, signal: AbortSignal) {
    const filter: ListFilter = { ...noFilter, providers: null, kinds: null, entities, statuses };
    let after: string | null = null;
    for (;;) {
      const list: BackupList = await this.listBackups(
        { page: { first: 10, after }, filter, isAscending: false },
        signal,
      );
      const found = list.rows.find((row) => statuses === null || !row.isRemoved);
      if (found) return found;
      // That nothing was found proves nothing while the provider, or a part of it, could not be read.
      const [problem] = list.problems;
      if (problem) throw problem.error;
      if (!list.pageInfo.hasNextPage) return null;
      after = list.pageInfo.endCursor;
    }
  }

  async statistics(filter: ListFilter, signal: AbortSignal) {
    const sources = toSources(this.providers, this.#options.listTimeoutMs, filter);
    const { rows, problems } = await this.#scan(sources, signal);
    return {
      ...summarize(
        rows,
        sources.map(({ provider }) => provider.name),
      ),
      problems,
    };
  }

  async timeline({ from, to, bucket }: TimelineRange, filter: ListFilter, signal: AbortSignal) {
    const buckets = toBuckets(from, to, bucket);
    const startedAfter = Math.max(from, filter.startedAfter ?? from);
    const startedBefore = Math.min(to, filter.startedBefore ?? to);
    const narrowed = { ...filter, startedAfter, startedBefore };
    const { rows, problems } = await this.#scan(
      toSources(this.providers, this.#options.listTimeoutMs, narrowed),
      signal,
    );
    return { points: toTimeline(rows, buckets), problems };
  }

  async #scan(sources: readonly MergeSource[], signal: AbortSignal): Promise<Scan> {
    const { rows, problems } = await scanBackups(sources, signal);
    return { rows: rows.map((row) => this.#options.recall.apply(row)), problems };
  }

  async getBackups(refs: readonly Ref[], signal: AbortSignal) {
    const read = await this.#byProvider(refs, (provider, ids) => provider.getBackups(ids, signal));
    return read.map((backup) => (isValue(backup) ? this.#options.recall.apply(backup) : backup));
  }

  listEntities(query: EntityQuery, signal: AbortSignal): Promise<EntityList> {
    return listEntities(this.providers, this.#options.listTimeoutMs, query, signal);
  }

  getEntities(refs: readonly Ref[], signal: AbortSignal) {
    return this.#byProvider(refs, (provider, ids) => provider.getEntities(ids, signal));
  }

  /** One call for each provider, whatever the number of refs; each failure stays with its own refs. */
  async #byProvider<T>(
    refs: readonly Ref[],
    read: (provider: Provider, ids: readonly LocalId[]) => Promise<readonly (T | null)[]>,
  ): Promise<(T | null | GatewayError)[]> {
    const answers = new Array<T | null | GatewayError>(refs.length).fill(null);
    await Promise.all(
      [...groupIndexes(refs)].map(async ([name, indexes]) => {
        const provider = this.provider(name);
        if (!provider) return;
        try {
          const found = await read(
            provider,
            indexes.map((index) => (refs[index] as Ref).localId),
          );
          for (const [place, index] of indexes.entries()) answers[index] = found[place] ?? null;
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          for (const index of indexes) answers[index] = error;
        }
      }),
    );
    return answers;
  }

  async #getBackup(ref: Ref, signal: AbortSignal): Promise<{ provider: Provider; backup: Backup }> {
    const provider = this.provider(ref.provider);
    const [backup] = provider ? await this.getBackups([ref], signal) : [null];
    if (backup instanceof GatewayError) throw backup;
    if (!provider || !backup) throw new GatewayError('NOT_FOUND', 'There is no such backup.', { field: ['id'] });
    return { provider, backup };
  }

  // ---- commands

  allowedActions(backup: Backup): readonly Action[] {
    const provider = this.provider(backup.provider);
    if (!provider || this.viewer.role !== 'OPERATOR') return [];
    const isOver = isFinished(backup.status);
    const possible: Record<Action, boolean> = {
      CANCEL: provider.cancelBackup !== undefined && (provider.cancellable ?? ['RUNNING']).includes(backup.status),
      UPDATE_DESCRIPTION: provider.updateDescription !== undefined,
      UPDATE_WARNINGS: provider.updateWarnings !== undefined && isOver,
      ACKNOWLEDGE_WARNINGS: provider.acknowledgeWarnings !== undefined && backup.warnings.length > 0,
    };
    return (Object.keys(possible) as Action[]).filter((action) => possible[action]);
  }

  async startBackup(entity: Ref, { idempotencyKey, ...text }: StartCommand): Promise<StartOutcome> {
    const provider = this.#commanded(entity, ['input', 'entityId']);
    const { startBackup } = provider;
    if (!startBackup) throw cannot(provider, 'START_BACKUP');
    const command = this.#command(provider, 'START', {
      entityId: entity.localId,
      name: text.name,
      idempotencyKey,
      asked: text,
    });
    return this.#noted(
      await this.#options.ledger.start(command, (nonce, signal) =>
        startBackup.call(provider, { entityId: entity.localId, nonce, ...text }, signal),
      ),
    );
  }

  async createBackup(
    kind: string,
    entity: Ref,
    { idempotencyKey, ...request }: StartCommand & Pick<CreateRequest, 'settings'>,
  ): Promise<StartOutcome> {
    const field = ['input', kind, 'entityId'];
    const provider = this.#commanded(entity, field);
    const { createBackup } = provider;
    if (provider.kind !== kind) {
      const message = `That entity belongs to "${provider.name}", which is of kind ${provider.kind}: use the input "${provider.kind}".`;
      throw new GatewayError('BAD_USER_INPUT', message, { field });
    }
    if (!createBackup) throw cannot(provider, 'CREATE_BACKUP');
    const command = this.#command(provider, 'CREATE', {
      entityId: entity.localId,
      name: request.name,
      idempotencyKey,
      asked: request,
    });
    return this.#noted(
      await this.#options.ledger.start(command, (nonce, signal) =>
        createBackup.call(provider, { entityId: entity.localId, nonce, ...request }, signal),
      ),
    );
  }

  async cancelBackup(ref: Ref): Promise<CancelOutcome> {
    const provider = this.#commanded(ref, ['input', 'id']);
    const { cancelBackup } = provider;
    if (!cancelBackup) throw cannot(provider, 'CANCEL_BACKUP');
    const command = this.#command(provider, 'CANCEL', { backupId: ref.localId });
    const { operation, result } = await this.#options.ledger.cancel(command, (signal) =>
      cancelBackup.call(provider, ref.localId, signal),
    );
    if (!result) return { operation, result };
    const { recall, hub } = this.#options;
    const isOver = isFinished(result.backup.status);
    const backup = isOver ? recall.apply(result.backup) : recall.noteCancelRequested(result.backup);
    if (!isOver) hub.changed(provider, backup);
    return { operation, result: { ...result, backup } };
  }

  async updateDescription(ref: Ref, description: string, signal: AbortSignal): Promise<Backup> {
    const provider = this.#commanded(ref, ['input', 'id']);
    if (!provider.updateDescription) throw cannot(provider, 'UPDATE_DESCRIPTION');
    return this.#options.recall.apply(await provider.updateDescription(ref.localId, description, signal));
  }

  async updateWarnings(ref: Ref, warnings: readonly string[], signal: AbortSignal): Promise<Backup> {
    const provider = this.#commanded(ref, ['input', 'id']);
    if (!provider.updateWarnings) throw cannot(provider, 'UPDATE_WARNINGS');
    return this.#options.recall.apply(await provider.updateWarnings(ref.localId, warnings, signal));
  }

  async acknowledgeWarnings(refs: readonly Ref[], acknowledged: boolean, signal: AbortSignal) {
    if (refs.length > maxAcknowledged) {
      throw badInput(`"ids" has ${refs.length} ids; at most ${maxAcknowledged} are taken at once.`, ['input', 'ids']);
    }
    for (const ref of refs) this.#commanded(ref, ['input', 'ids']);
    const answers = await this.#byProvider<Backup | GatewayError>(refs, (provider, ids) => {
      if (!provider.acknowledgeWarnings) throw cannot(provider, 'ACKNOWLEDGE_WARNINGS');
      return provider.acknowledgeWarnings(ids, acknowledged, signal);
    });
    return answers.map((answer) => {
      if (answer === null) return new GatewayError('NOT_FOUND', 'There is no such backup.');
      return answer instanceof GatewayError ? answer : this.#options.recall.apply(answer);
    });
  }

  #command(provider: Provider, kind: OperationKind, given: Partial<Command>): Command {
    const none = { entityId: null, backupId: null, name: null, idempotencyKey: null, asked: null };
    return { ...none, ...given, viewer: this.viewer.name, provider, kind };
  }

  #noted(outcome: StartOutcome): StartOutcome {
    return { ...outcome, backup: outcome.backup && this.#options.recall.note(outcome.backup) };
  }

  operation(id: string): OperationRecord | null {
    const operation = this.#options.ledger.find(id);
    return operation && this.provider(operation.provider) ? operation : null;
  }

  watchOperation(id: string): AsyncIterableIterator<OperationRecord> {
    const { ledger } = this.#options;
    if (!this.operation(id)) throw new GatewayError('NOT_FOUND', 'There is no such operation.', { field: ['id'] });
    let told: OperationRecord | null = null;
    return pullStream<OperationRecord>({
      next: () => {
        if (told && told.status !== 'PENDING') return done;
        const operation = ledger.find(id);
        if (!operation) return done;
        if (JSON.stringify(operation) === JSON.stringify(told)) return null;
        told = operation;
        return operation;
      },
      onChange: (changed) => ledger.onChange(id, changed),
      close: () => undefined,
    });
  }

  /** Who may not command is told so before it is told whether the thing exists. */
  #commanded(ref: Ref, field: readonly string[]): Provider {
    if (this.viewer.role !== 'OPERATOR') {
      throw new GatewayError('FORBIDDEN', 'Your role may read, but not start, cancel or change anything.');
    }
    const provider = this.provider(ref.provider);
    if (!provider) throw new GatewayError('NOT_FOUND', 'There is no such id.', { field });
    return provider;
  }

  // ---- logs and streams

  async readLog(backup: Backup, query: LogPageQuery, signal: AbortSignal): Promise<LogPage> {
    return readLogPage(this.#options.hub, this.#capable(backup.provider, 'READ_LOG'), backup, query, signal);
  }

  async readLogText(ref: Ref, signal: AbortSignal) {
    const { provider, backup } = await this.#getBackup(ref, signal);
    if (!provider.readLog) throw cannot(provider, 'READ_LOG');
    return logText(this.#options.hub, provider, backup, signal);
  }

  async watchProgress(ref: Ref, signal: AbortSignal) {
    const { provider, backup } = await this.#watched(ref, 'WATCH_PROGRESS', signal);
    return progressStream(this.#options.hub, provider, backup);
  }

  async watchLog(ref: Ref, after: string | null, signal: AbortSignal) {
    const { provider, backup } = await this.#watched(ref, 'READ_LOG', signal);
    const position = after === null ? null : decodeLogCursor(backup, after);
    return logStream(this.#options.hub, provider, backup, position, this.#options.retryMs);
  }

  async #watched(ref: Ref, capability: Capability, signal: AbortSignal) {
    if (this.provider(ref.provider)) this.#capable(ref.provider, capability);
    return this.#getBackup(ref, signal);
  }

  #capable(name: string, capability: Capability): Provider {
    const provider = this.requireProvider(name);
    if (!capabilitiesOf(provider).includes(capability)) throw cannot(provider, capability);
    return provider;
  }
}

const maxAcknowledged = 100;

const isValue = <T>(answer: T | null | GatewayError): answer is T =>
  answer !== null && !(answer instanceof GatewayError);

function groupIndexes(refs: readonly Ref[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { provider }] of refs.entries()) groups.set(provider, [...(groups.get(provider) ?? []), index]);
  return groups;
}

const cannot = (provider: Provider, capability: Capability): GatewayError =>
  new GatewayError(
    'UNSUPPORTED',
    `"${provider.name}" cannot do this: systems of kind ${provider.kind} have no ${capability}. See Provider.capabilities.`,
  );
