/**
 * Products answer polls; people want to watch. The hub keeps one poll loop for each provider that somebody watches,
 * whatever the number of watchers: it starts with the first and ends with the last. All watched backups of a
 * provider are read by one call a tick; a backup whose log is wanted adds one log read a tick. Backups that were started
 * here keep a loop going at the slow pace until they end.
 */

import { GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup, LocalId } from '../core/model.ts';
import type { LogRead, Provider } from '../core/provider.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import { ChangeLog } from '../replay/changes-log.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { LogBuffers } from '../replay/log-buffers.ts';
import { readLogInto } from '../replay/log-reading.ts';
import { Feed } from './changes-feed.ts';
import type { HubOptions, Watch } from './hub-options.ts';
import { Poller } from './poller.ts';

export interface ChangeWatch {
  readonly feed: Pick<Feed, 'provider' | 'outage'>;
  /** Calls when `outage` changes, and when the hub closes. */
  onChange(changed: () => void): () => void;
  close(): void;
}

/** Every provider that is given to it must read anew with each call: a poll that sees what was kept sees no change. */
export interface Hub {
  /** `wantsLog`: its log is read with every poll, for the lines or for the progress that only they show. */
  watch(provider: Provider, backup: Backup, options: { wantsLog: boolean }): Watch;
  /** What becomes of this provider's backups goes to `changes` while it is open. */
  watchChanges(provider: Provider): ChangeWatch;
  readonly changes: ChangeLog;
  /** The replay log of a backup, where there is one; reading it keeps it from being dropped next. */
  bufferOf(backup: Backup): LogBuffer | null;
  /** The same, brought up to date by one read of the product. */
  refreshBuffer(provider: Provider, backup: Backup, signal: AbortSignal): Promise<LogBuffer>;
  /** The same with a part of the log that was read already. */
  joinRead(backup: Backup, read: LogRead): LogBuffer;
  /** The product threw the log of an ended backup away: what comes after the last line that was seen is lost. */
  noteLostEnd(backup: Backup, buffer: LogBuffer): void;
  /** A command changed this backup: watchers are told at once, and the next poll comes soon. */
  changed(provider: Provider, backup: Backup): void;
  /** It is being cancelled here: watchers see so before they hear of its end. */
  cancelling(provider: Provider, id: LocalId): void;
  /** It was started here. */
  started(provider: Provider, backup: Backup): void;
  /** Somebody changed it here; `before` is null where that is not known. */
  edited(provider: Provider, before: Backup | null, after: Backup): void;
  /** Somebody watches changes of this provider, who may want to know how a backup was before it is edited. */
  hasChangeWatchers(provider: Provider): boolean;
  /** Polls a backup at the slow pace until it ends, with or without watchers; calls `onEnd` once. `since`: when it was asked for. */
  follow(provider: Provider, id: LocalId, since: Instant, onEnd: () => void): void;
  /** Poll loops that run now. */
  readonly loops: number;
  /** Why streams end; null while they need not. */
  readonly closed: GatewayError | null;
  /** Ends every stream with an error that asks its client to come back. */
  close(): void;
}

export function createHub(options: HubOptions, observed: ObservedState): Hub {
  const { store } = options;
  const pollers = new Map<string, Poller>();
  const feeds = new Map<string, Feed>();
  const buffers = new LogBuffers(options);
  const changes = new ChangeLog(options.changeLimits, store);
  const closeListeners = new Set<() => void>();
  let closed: GatewayError | null = null;

  function feedOf(provider: Provider): Feed {
    const feed = feeds.get(provider.name) ?? new Feed(provider, changes, store);
    feeds.set(provider.name, feed);
    return feed;
  }

  function pollerOf(provider: Provider): Poller {
    if (closed) throw closed;
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
    bufferOf: (backup) => buffers.find(backup),
    async refreshBuffer(provider, backup, signal) {
      const buffer = buffers.open(backup);
      await readLogInto(buffer, provider, backup, signal);
      saved(buffers.save(backup, buffer));
      return buffer;
    },
    joinRead(backup, read) {
      const buffer = buffers.open(backup);
      buffer.add(read);
      saved(buffers.save(backup, buffer));
      return buffer;
    },
    noteLostEnd(backup, buffer) {
      buffer.addLostEnd();
      saved(buffers.save(backup, buffer));
    },
    changed(provider, backup) {
      const feed = feedOf(provider);
      if (feed.known.isUnfinished(backup.localId)) saved(feed.takeCommanded(backup));
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
    hasChangeWatchers: ({ name }) => (feeds.get(name)?.watchers ?? 0) > 0,
    follow(provider, id, since, onEnd) {
      if (!closed) pollerOf(provider).follow(id, since, onEnd);
    },
    get loops() {
      return pollers.size;
    },
    get closed() {
      return closed;
    },
    close() {
      closed ??= new GatewayError(
        'PROVIDER_UNAVAILABLE',
        'The gateway is stopping. Subscribe again with the last cursor, and nothing is lost.',
      );
      for (const poller of pollers.values()) poller.stop(closed);
      for (const listener of closeListeners) listener();
    },
  };
}
