/**
 * Short words between gateways on one database, which say what to read again. They may be lost: a gateway that waits for one
 * also reads now and then. Notices carry no data, since PostgreSQL commits them one after another.
 */
import { sql } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import type { Db } from './storage-database.ts';
import type { StorageHealth } from './storage-health.ts';

export const noticeChannel = 'backplane';

/** What a notice is about; null after a lost connection: notices of any kind may have been missed. */
export type Notice = { readonly topic: string; readonly of: string } | null;

export interface Notices {
  /** Tells the others soon; equal notices of some milliseconds are one. */
  tell(topic: string, of?: string): void;
  /** Resolves when the others are told, or cannot be. */
  tellNow(topic: string, of?: string): Promise<void>;
  /** Also called with this gateway's own notices. Returns a function that removes the listener. */
  onNotice(noticed: (notice: Notice) => void): () => void;
  /** Tells what is still to be told, and nothing after that. */
  close(): Promise<void>;
}

/** Where the notices of all gateways arrive, as texts; null after a lost connection. */
export type Listening = (heard: (text: string | null) => void) => void;

const tellEveryMs = 10;

/** A gateway that cannot listen hears this now and then: others may have told anything. */
export const pollTopic = 'poll';
export const pollNotice = `${pollTopic} `;

export function createNotices(db: Db, health: StorageHealth, listen: Listening): Notices {
  const listeners = new Set<(notice: Notice) => void>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let toldAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const toText = (topic: string, of: string) => `${topic} ${of}`;

  async function send(texts: readonly string[]): Promise<void> {
    const calls = texts.map((text) => sql`pg_notify(${noticeChannel}, ${text})`);
    try {
      await health.read(() => sql`SELECT ${sql.join(calls)}`.execute(db));
    } catch (error) {
      // Others read by themselves after a while.
      if (!(error instanceof GatewayError)) throw error;
    }
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    toldAt = performance.now();
    const texts = [...waiting];
    waiting.clear();
    return texts.length === 0 ? Promise.resolve() : send(texts);
  }

  listen((text) => {
    const [, topic = '', of = ''] = /^(\S*) (.*)$/s.exec(text ?? '') ?? [];
    for (const listener of listeners) listener(text === null ? null : { topic, of });
  });

  return {
    tell(topic, of = '') {
      if (isClosed) return;
      waiting.add(toText(topic, of));
      // At once after a silence: a watcher waits.
      timer ??= setTimeout(() => void flush(), toldAt + tellEveryMs - performance.now()).unref();
    },
    tellNow: (topic, of = '') => send([toText(topic, of)]),
    onNotice(noticed) {
      listeners.add(noticed);
      return () => void listeners.delete(noticed);
    },
    close() {
      isClosed = true;
      return flush();
    },
  };
}
