/**
 * Products can only be polled. The hub runs one poll loop for each watched provider, whatever the number of watchers:
 * the loop starts with the first watcher and ends with the last. Each poll reads all watched backups of the provider by
 * one call, and each watched log by one more. Backups that were started through the gateway keep the loop running at
 * the slow interval until they end.
 */

import { GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup, LocalId } from '../core/model.ts';
import type { LogRead, Provider } from '../core/provider.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import { ChangeLog } from '../replay/changes-log.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { LogBuffers, type LogChange } from '../replay/log-buffers.ts';
import { readLogInto } from '../replay/log-reading.ts';
import { Feed } from './changes-feed.ts';
import type { HubOptions, Watch } from './hub-options.ts';
import { Poller } from './poller.ts';

export interface ChangeWatch {
  readonly feed: Pick<Feed, 'provider' | 'outage'>;
  /** Calls `changed` when `outage` changes, and when the hub closes. */
  onChange(changed: () => void): () => void;
  close(): void;
}

/** Providers passed to the hub must bypass the read cache: a poll of cached rows sees no change. */
export interface Hub {
  /** `wantsLog`: each poll also reads the log, for its lines or for progress that only the log contains. */
  watch(provider: Provider, backup: Backup, options: { wantsLog: boolean }): Watch;
  /** Appends the changes of this provider's backups to `changes` until the watch is closed. */
  watchChanges(provider: Provider): ChangeWatch;
  readonly changes: ChangeLog;
  /** The replay log of a backup; null if there is none. Marks it as used, which delays its eviction. */
  bufferOf(backup: Backup): Promise<LogBuffer | null>;
  /** The replay log of a backup, updated by one read of the product. */
  refreshBuffer(provider: Provider, backup: Backup, signal: AbortSignal): Promise<LogBuffer>;
  /** The replay log of a backup, with a part of the log added that was already read. */
  joinRead(backup: Backup, read: LogRead): Promise<LogBuffer>;
  /** Records that the product discarded the log of an ended backup: lines after the last known one are lost. */
  noteLostEnd(backup: Backup, buffer: LogBuffer): Promise<LogBuffer>;
  /** Records that a command changed this backup: notifies watchers at once and polls again soon. */
  changed(provider: Provider, backup: Backup): void;
  /** Records a cancellation request: watchers see CANCELLING before the end of the backup. */
  cancelling(provider: Provider, id: LocalId): void;
  /** Records a backup that was started through the gateway. */
  started(provider: Provider, backup: Backup): void;
  /** Records an edit through the gateway; `before` is null if the earlier state is not known. */
  edited(provider: Provider, before: Backup | null, after: Backup): void;
  /** Whether there are watchers of this provider's changes, for whom the state before an edit must be read. */
  hasChangeWatchers(provider: Provider): boolean;
  /** Polls a backup at the slow interval until it ends, even without watchers. See `Follows.add`. */
  follow(provider: Provider, id: LocalId, since: Instant, onEnd: () => void): void;
  /** Memory of all replay logs, in bytes. */
  readonly replayBytes: number;
  /**
   * The configured providers have changed. Streams of each provider in `ended` end with its error, and for those in `gone`
   * no other can be opened. Streams of changes continue with the providers that their viewers see now.
   */
  reconfigure(ended: ReadonlyMap<string, GatewayError>, gone: ReadonlySet<string>): void;
  /** Calls `changed` after each `reconfigure`. */
  onReconfigured(changed: () => void): () => void;
  /** Number of running poll loops. */
  readonly loops: number;
  /** The error that ends all streams; null until the hub closes. */
  readonly closed: GatewayError | null;
  /** Ends every stream with an error that asks the client to subscribe again. */
  close(): void;
}

export function createHub(options: HubOptions, observed: ObservedState): Hub {
  const { store, sharing = null, onBug } = options;
  const rights = sharing?.rights ?? null;
  const pollers = new Map<string, Poller>();
  const feeds = new Map<string, Feed>();
  const buffers = new LogBuffers({ ...options, shared: sharing?.logs ?? null });
  const changes = new ChangeLog(options.changeLimits, store, sharing?.changes ?? null);
  const closeListeners = new Set<() => void>();
  const reconfigured = new Set<() => void>();
  let gone: ReadonlySet<string> = new Set();
  let closed: GatewayError | null = null;

  function feedOf(provider: Provider): Feed {
    const known = feeds.get(provider.name);
    if (known) return known;
    const onBegin = () => pollers.get(provider.name)?.wake();
    const feed = new Feed(provider, { log: changes, store, rights, onBug, onBegin });
    feeds.set(provider.name, feed);
    return feed;
  }

  /** A command through another gateway has changed something. */
  const stopWaking = rights?.onWake((name) => {
    for (const [of, poller] of pollers) if (name === null || name === of) poller.wake();
  });

  function pollerOf(provider: Provider): Poller {
    if (closed) throw closed;
    if (gone.has(provider.name)) throw new GatewayError('NOT_FOUND', 'There is no such provider any more.');
    let poller = pollers.get(provider.name);
    if (!poller) {
      const onStop = () => pollers.delete(provider.name);
      poller = new Poller(provider, feedOf(provider), { ...options, observed, buffers, onStop });
      pollers.set(provider.name, poller);
    }
    return poller;
  }

  function saved(work: Promise<void>): void {
    work.catch(options.onBug);
  }

  async function changed(backup: Backup, buffer: LogBuffer, change: LogChange): Promise<LogBuffer> {
    const result = await buffers.change(backup, buffer, change, { orAlone: true });
    saved(buffers.save(backup, result));
    return result;
  }

  return {
    changes,
    watch: (provider, backup, { wantsLog }) => pollerOf(provider).watch(backup, wantsLog),
    watchChanges(provider) {
      const watch = pollerOf(provider).watchChanges();
      const feed = feedOf(provider);
      return {
        feed,
        onChange(changed) {
          const stop = feed.onOutage(changed);
          closeListeners.add(changed);
          return () => {
            stop();
            closeListeners.delete(changed);
          };
        },
        close: () => watch.close(),
      };
    },
    bufferOf: (backup) => buffers.findNewest(backup),
    async refreshBuffer(provider, backup, signal) {
      const buffer = await readLogInto(buffers.open(backup), { buffers, provider, backup, signal, orAlone: true });
      saved(buffers.save(backup, buffer));
      return buffer;
    },
    joinRead: (backup, read) => changed(backup, buffers.open(backup), (buffer) => buffer.add(read)),
    noteLostEnd: (backup, buffer) => changed(backup, buffer, (known) => known.addLostEnd()),
    changed(provider, backup) {
      const feed = feedOf(provider);
      if (feed.known.isUnfinished(backup.localId) || !feed.isReader) saved(feed.takeCommanded(backup));
      pollers.get(provider.name)?.changed(backup);
    },
    cancelling: ({ name }, id) => pollers.get(name)?.cancelling(id),
    started(provider, backup) {
      saved(feedOf(provider).takeCommanded(backup));
      pollers.get(provider.name)?.changed(backup);
    },
    edited(provider, before, after) {
      saved(feedOf(provider).takeEdited(before, after));
      pollers.get(provider.name)?.changed(after);
    },
    // Watchers of other gateways are not known here.
    hasChangeWatchers: ({ name }) => rights !== null || (feeds.get(name)?.watchers ?? 0) > 0,
    follow(provider, id, since, onEnd) {
      if (!closed && !gone.has(provider.name)) pollerOf(provider).follow(id, since, onEnd);
    },
    reconfigure(ended, nowGone) {
      gone = nowGone;
      for (const [name, error] of ended) {
        pollers.get(name)?.stop(error);
        feeds.delete(name);
      }
      for (const listener of reconfigured) listener();
    },
    onReconfigured(changed) {
      reconfigured.add(changed);
      return () => void reconfigured.delete(changed);
    },
    get replayBytes() {
      return buffers.bytes + changes.bytes;
    },
    get loops() {
      return pollers.size;
    },
    get closed() {
      return closed;
    },
    close() {
      stopWaking?.();
      changes.close();
      for (const feed of feeds.values()) feed.close();
      closed ??= new GatewayError(
        'PROVIDER_UNAVAILABLE',
        'The gateway is stopping. Subscribe again with the last cursor, and nothing is lost.',
      );
      for (const poller of pollers.values()) poller.stop(closed);
      for (const listener of closeListeners) listener();
    },
  };
}
