/** Logs, and everything that goes on telling. */

import type { OperationFilter, OperationRecord } from '../commands/operation-record.ts';
import { badInput, GatewayError } from '../core/errors.ts';
import type { Backup, Ref } from '../core/model.ts';
import type { Capability, Provider } from '../core/provider.ts';
import { type ListFilter, toSources } from '../lists/backup-list.ts';
import type { PageArguments } from '../lists/page.ts';
import { done, pullStream } from '../polling/pull.ts';
import { decodeLogCursor, encodeLogCursor } from '../replay/log-cursor.ts';
import type { LogEvent, ProgressEvent, Stalled } from '../replay/stream-events.ts';
import { type ChangeEvent, changeStream, decodeChangeCursor } from '../streams/changes.ts';
import { type LogPage, type LogPageQuery, logText, readLogPage } from '../streams/log-page.ts';
import { jittered, openStream } from '../streams/opening.ts';
import { logStream, progressCursor, progressStream } from '../streams/streams.ts';
import { listOperations, type OperationPage } from './operations.ts';
import type { CatalogOptions } from './options.ts';
import type { Reads } from './reads.ts';
import { cannot, type Scope } from './scope.ts';

export class Watches {
  readonly #reads: Reads;
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions, reads: Reads) {
    this.#scope = scope;
    this.#options = options;
    this.#reads = reads;
  }

  /** Null where there is none, or its provider is not for this viewer. */
  async operation(id: string): Promise<OperationRecord | null> {
    const operation = await this.#options.ledger.find(id);
    return operation && this.#scope.provider(operation.provider) ? operation : null;
  }

  operations(page: Pick<PageArguments, 'first' | 'after'>, filter: OperationFilter): Promise<OperationPage> {
    return listOperations(this.#scope, this.#options.ledger, page, filter);
  }

  /** The operation now, and at each change, until its outcome is known. */
  async operationChanges(id: string): Promise<AsyncIterableIterator<OperationRecord>> {
    let latest: OperationRecord | null = null;
    let told: OperationRecord | null = null;
    // It listens before it reads, so that no change comes between.
    const changes = pullStream<OperationRecord>({
      next: () => {
        if (told && told.status !== 'PENDING') return done;
        if (!latest || JSON.stringify(latest) === JSON.stringify(told)) return null;
        told = latest;
        return latest;
      },
      onChange: (changed) =>
        this.#options.ledger.onChange(id, (operation) => {
          latest = operation;
          changed();
        }),
      close: () => undefined,
    });
    try {
      const found = await this.operation(id);
      if (!found) throw new GatewayError('NOT_FOUND', 'There is no such operation.', { field: ['id'] });
      latest ??= found;
      return changes;
    } catch (error) {
      await changes.return?.();
      throw error;
    }
  }

  /** Null where the product has no logs, which is no error of a row in a list of several products. */
  async readLog(backup: Backup, query: LogPageQuery, signal: AbortSignal): Promise<LogPage | null> {
    const provider = this.#scope.provider(backup.provider);
    if (!provider?.readLog) return null;
    return readLogPage(this.#options.hub, provider, backup, query, signal).catch((error: unknown) => {
      // The row is there, and the product knows no log of it.
      if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
  }

  /** The whole log as text; null where there is none to be had. */
  async readLogText(ref: Ref, signal: AbortSignal): Promise<AsyncIterable<Uint8Array | string> | null> {
    const { provider, backup } = await this.#reads.requireBackup(ref, signal);
    if (!provider.readLog) throw cannot(provider, 'READ_LOG');
    return logText(this.#options.hub, provider, backup, signal);
  }

  progress(ref: Ref, signal: AbortSignal): Promise<AsyncIterableIterator<ProgressEvent>> {
    return this.#open<ProgressEvent>(ref, 'WATCH_PROGRESS', progressCursor, signal, ({ provider, backup }) =>
      progressStream(this.#options.hub, provider, backup),
    );
  }

  log(ref: Ref, after: string | null, signal: AbortSignal): Promise<AsyncIterableIterator<LogEvent>> {
    const { hub, retryMs } = this.#options;
    const position = after === null ? null : decodeLogCursor(ref, after);
    const cursor = after ?? encodeLogCursor(ref, null);
    return this.#open<LogEvent>(ref, 'READ_LOG', cursor, signal, ({ provider, backup }) =>
      logStream(hub, provider, backup, position, jittered(retryMs)),
    );
  }

  /** What becomes of the backups that match, before or after, from now on or from after a cursor. */
  changes(filter: ListFilter, after: string | null): AsyncIterableIterator<ChangeEvent> {
    const { hub, fresh, listTimeoutMs } = this.#options;
    if (filter.entitySearch !== null) {
      throw badInput('A stream cannot look for names of entities. Use "filter.entities" with their ids.', [
        'filter',
        'entitySearch',
      ]);
    }
    if (filter.own !== null) {
      const [kind = ''] = Object.keys(filter.own);
      throw badInput('A stream cannot apply the filter of a product: its rows do not tell these values.', [
        'filter',
        kind,
      ]);
    }
    const sources = () =>
      toSources(this.#scope.providers, listTimeoutMs, filter).map((source) => ({
        provider: fresh(source.provider),
        filter: source.filter,
      }));
    return changeStream(hub, sources, after === null ? null : decodeChangeCursor(after));
  }

  /** What the product cannot do, and what is not there, is said at once; while it is away, the stream says so and waits. */
  async #open<T>(
    ref: Ref,
    capability: Capability,
    cursor: string,
    signal: AbortSignal,
    watch: (found: { provider: Provider; backup: Backup }) => AsyncIterableIterator<T>,
  ): Promise<AsyncIterableIterator<T | Stalled>> {
    if (this.#scope.provider(ref.provider)) this.#scope.capable(ref.provider, capability);
    const { hub, retryMs, firstReads } = this.#options;
    const open = async (inner: AbortSignal) => {
      const seen = this.#scope.provider(ref.provider);
      const provider = seen && this.#options.fresh(seen);
      const backup = provider && (await firstReads.read(provider, ref.localId, inner));
      if (!backup) throw new GatewayError('NOT_FOUND', 'There is no such backup.', { field: ['id'] });
      return watch({ provider, backup });
    };
    return openStream(open, { provider: ref.provider, cursor, retryMs, hub, signal });
  }
}
