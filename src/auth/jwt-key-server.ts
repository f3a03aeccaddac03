/**
 * Keys that an identity provider publishes at a URL. They are read at the start and every so often, with nobody
 * waiting; a token with an unknown key asks for them at once. What was read last stays until something else is read:
 * a server that is down takes nobody down who is known, and lets nobody in.
 */
import { Agent } from 'undici';
import { GatewayError } from '../core/errors.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { Log } from '../observability/log.ts';
import { isSuccess, parseJson, readText, redirectTarget } from '../upstream/answer.ts';
import { type ConnectionOptions, createConnector } from '../upstream/connector.ts';
import { unauthenticated } from './identity.ts';
import { type Algorithm, createKeyRing, type KeyHint, type KeyRing, type Keys } from './jwt-keys.ts';
import { whyKeysUnreadable } from './key-server-failure.ts';

export interface KeyServerOptions {
  readonly url: string;
  readonly connection: ConnectionOptions;
  readonly algorithms: readonly Algorithm[];
  /** From one reading to the next, while they succeed. */
  readonly keysMs: number;
  readonly log: Log;
  readonly now?: () => number;
  /** Longest whole reading. */
  readonly timeoutMs?: number;
  /** After a reading that a token asked for, or that failed, none asks for another for so long. */
  readonly pauseMs?: number;
}

/** A set of 100 large keys is half of it. */
const maxBytes = 256_000;
const longestPauseMs = 60_000;

export function createKeyServer(options: KeyServerOptions): Keys {
  const { url, connection, algorithms, keysMs, log, now = Date.now, timeoutMs = 5_000, pauseMs = 10_000 } = options;
  const agent = createAgent(connection, timeoutMs);
  const { origin, pathname } = new URL(url);
  let ring: KeyRing | null = null;
  let newest = '';
  /** In a row. */
  let failures = 0;
  /** Why the newest reading failed; null where it did not. */
  let reported: string | null = null;
  let reading: Promise<void> | null = null;
  let backoffUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function read(): Promise<void> {
    const text = await fetchText(url, agent, timeoutMs);
    // The same keys stay the same ring, and what was verified with them stays verified.
    if (text === newest) return;
    const next = parseKeys(text, algorithms);
    newest = text;
    ring = next;
    if (next.size === 0) {
      log.warn({ keyServer: origin + pathname, algorithms }, 'the key server publishes no key that can be used');
    }
  }

  /** Never rejects. One at a time: who comes meanwhile waits for the same. */
  function refresh(isAskedFor: boolean): Promise<void> {
    reading ??= outsideRequests(async () => {
      try {
        await read();
        if (failures > 0) log.info({ keyServer: origin + pathname, failures }, 'the key server answers again');
        failures = 0;
        reported = null;
        if (isAskedFor) backoffUntil = now() + pauseMs;
      } catch (error) {
        if (isClosed) return;
        failures++;
        backoffUntil = now() + pauseMs;
        const reason = whyKeysUnreadable(error);
        if (reason === reported) return;
        reported = reason;
        log.warn({ err: error, keyServer: origin + pathname, reason }, 'the key server could not be read');
      } finally {
        reading = null;
        refreshLater();
      }
    });
    return reading;
  }

  function refreshLater(): void {
    clearTimeout(timer);
    if (isClosed) return;
    const ms = failures === 0 ? keysMs : Math.min(pauseMs * 2 ** (failures - 1), longestPauseMs);
    timer = setTimeout(() => void refresh(false), ms).unref();
  }

  async function find(hint: KeyHint): Promise<NonNullable<ReturnType<KeyRing['find']>>> {
    // One that was on its way already may have been answered before the key was published.
    for (let tries = 0; ; tries++) {
      const key = ring?.find(hint);
      if (key) return key;
      if (tries === 2 || (!reading && now() < backoffUntil)) throw missing();
      await (reading ?? refresh(true));
    }
  }

  /** The address is logged and not told to clients, which are not authenticated yet. */
  function missing(): GatewayError {
    if (failures === 0) return unauthenticated('This token was signed with a key that is not known here ("kid").');
    return new GatewayError('UNAUTHENTICATED', 'The key server that could verify this token cannot be reached.', {
      retryAfterSeconds: Math.max(1, Math.ceil((backoffUntil - now()) / 1000)),
    });
  }

  void refresh(false);
  return {
    get ring() {
      return ring;
    },
    find,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await agent.destroy();
      await reading;
    },
  };
}

/** Reads the keys once and returns how many can be used. Throws why they cannot be read. */
export async function countKeys({
  url,
  connection,
  algorithms,
  timeoutMs = 5_000,
}: Pick<KeyServerOptions, 'url' | 'connection' | 'algorithms' | 'timeoutMs'>): Promise<number> {
  const agent = createAgent(connection, timeoutMs);
  try {
    return parseKeys(await fetchText(url, agent, timeoutMs), algorithms).size;
  } finally {
    await agent.destroy();
  }
}

const createAgent = (connection: ConnectionOptions, timeoutMs: number): Agent =>
  new Agent({ connect: createConnector(connection, timeoutMs) });

function parseKeys(text: string, algorithms: readonly Algorithm[]): KeyRing {
  const ring = createKeyRing(parseJson(text), algorithms);
  if (!ring) throw new Error('the answer is not a set of keys: {"keys": [...]}, 100 at most');
  return ring;
}

async function fetchText(url: string, agent: Agent, timeoutMs: number): Promise<string> {
  const endsAt = performance.now() + timeoutMs;
  const { origin, pathname, search } = new URL(url);
  const response = await agent.request({
    origin,
    path: pathname + search,
    method: 'GET',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
    reset: true,
  });
  if (isSuccess(response)) return readText(response, { provider: 'the key server', maxBytes, endsAt });
  response.body.on('error', () => undefined).destroy();
  const { statusCode } = response;
  const target = redirectTarget(response, url);
  throw new Error(
    `it answered HTTP ${statusCode}${target ? `, a redirect to ${target}, and redirects are not followed` : ''}`,
  );
}
