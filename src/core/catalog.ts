/**
 * The domain service, and the only caller of providers. One is made for each viewer's request: what the viewer may
 * not see does not exist here, and what a provider cannot do is refused before anything is sent.
 */
import { randomBytes } from 'node:crypto';
import { type BackupList, type ListQuery, listBackups } from './backup-list.ts';
import { type EntityList, type EntityQuery, listEntities } from './entity-list.ts';
import { GatewayError } from './errors.ts';
import type { Hub } from './hub.ts';
import { type LogPage, type LogPageQuery, logText, readLogPage } from './log-page.ts';
import { type Backup, isFinished, type LocalId, type ProtectedEntity, type Ref } from './model.ts';
import {
  type CancelResult,
  type Capability,
  type CreateRequest,
  capabilitiesOf,
  type Provider,
  type Started,
  type StartRequest,
} from './provider.ts';
import type { Recall } from './recall.ts';
import { decodeLogCursor, type LogEvent, logStream, type ProgressEvent, progressStream } from './streams.ts';

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
  /** Longest wait for one provider's part of a list. */
  readonly listTimeoutMs: (provider: string) => number;
  /** Between two tries to read a stored log of a provider that does not answer. */
  readonly retryMs: number;
}

export type Action = 'CANCEL';

/** What the caller may write on a backup. */
export type StartText = Pick<StartRequest, 'name' | 'description'>;

export interface Catalog {
  readonly viewer: Viewer;
  /** Those that the viewer may see, by name. */
  readonly providers: readonly Provider[];
  provider(name: string): Provider | null;
  /** The provider of a row that came from here. */
  requireProvider(name: string): Provider;
  listBackups(query: ListQuery, signal: AbortSignal): Promise<BackupList>;
  /** One answer for each: the backup, null where there is none, or why its provider could not say. */
  getBackups(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (Backup | null | GatewayError)[]>;
  listEntities(query: EntityQuery, signal: AbortSignal): Promise<EntityList>;
  getEntities(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null | GatewayError)[]>;
  allowedActions(backup: Backup): readonly Action[];
  startBackup(entity: Ref, text: StartText, signal: AbortSignal): Promise<Started>;
  /** With the settings of one product, `kind`. */
  createBackup(
    kind: string,
    entity: Ref,
    request: StartText & Pick<CreateRequest, 'settings'>,
    signal: AbortSignal,
  ): Promise<Started>;
  cancelBackup(ref: Ref, signal: AbortSignal): Promise<CancelResult>;
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
    const isPossible =
      this.viewer.role === 'OPERATOR' &&
      provider?.cancelBackup &&
      (provider.cancellable ?? ['RUNNING']).includes(backup.status);
    return isPossible ? ['CANCEL'] : [];
  }

  async startBackup(entity: Ref, text: StartText, signal: AbortSignal): Promise<Started> {
    const provider = this.#commanded(entity, ['input', 'entityId']);
    if (!provider.startBackup) throw cannot(provider, 'START_BACKUP');
    return this.#note(await provider.startBackup({ entityId: entity.localId, nonce: newNonce(), ...text }, signal));
  }

  async createBackup(
    kind: string,
    entity: Ref,
    request: StartText & Pick<CreateRequest, 'settings'>,
    signal: AbortSignal,
  ): Promise<Started> {
    const provider = this.#commanded(entity, ['input', kind, 'entityId']);
    if (provider.kind !== kind) {
      throw new GatewayError(
        'BAD_USER_INPUT',
        `That entity belongs to "${provider.name}", which is of kind ${provider.kind}: use the input "${provider.kind}".`,
        {
          field: ['input', kind, 'entityId'],
        },
      );
    }
    if (!provider.createBackup) throw cannot(provider, 'CREATE_BACKUP');
    return this.#note(await provider.createBackup({ entityId: entity.localId, nonce: newNonce(), ...request }, signal));
  }

  #note(started: Started): Started {
    return { ...started, backup: started.backup && this.#options.recall.note(started.backup) };
  }

  async cancelBackup(ref: Ref, signal: AbortSignal): Promise<CancelResult> {
    const provider = this.#commanded(ref, ['input', 'id']);
    if (!provider.cancelBackup) throw cannot(provider, 'CANCEL_BACKUP');
    const result = await provider.cancelBackup(ref.localId, signal);
    const backup = isFinished(result.backup.status)
      ? this.#options.recall.apply(result.backup)
      : this.#options.recall.noteCancelRequested(result.backup);
    if (!isFinished(backup.status)) this.#options.hub.changed(provider, backup);
    return { ...result, backup };
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

/** Eight letters and digits: enough that two starts within the days of a search do not meet. */
const newNonce = (): string => randomBytes(5).toString('hex').slice(0, 8);

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
