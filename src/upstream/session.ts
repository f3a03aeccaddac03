import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { keepSessionSecrets } from '../core/secret-redaction.ts';
import type { LoginGuard } from './login-guard.ts';

/** Who we are to a product: the headers of a request, and what to do when they are refused. */
export interface Session {
  /** Headers for the next request; logs in where there are none yet. */
  credentials(signal: AbortSignal): Promise<Credentials>;
  /** The product took these. */
  accepted(credentials: Credentials): void;
  /** The product refused these with 401. Gives newer ones to try once more, or null: stop here. */
  renew(refused: Credentials, signal: AbortSignal): Promise<Credentials | null>;
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
}

/** A token from the configuration: nothing can be done about a refusal. */
export function fixedSession(headers: Readonly<Record<string, string>>): Session {
  const credentials = { headers };
  return {
    credentials: () => Promise.resolve(credentials),
    accepted: () => undefined,
    renew: () => Promise.resolve(null),
  };
}

const stillRefused = ({ code, message, cause }: GatewayError, leftMs: number): GatewayError =>
  new GatewayError(code, message, { cause, retryAfterSeconds: Math.ceil(leftMs / 1000) });

/** How long no login is tried after this failure of one: at least `pauseMs`, unless the provider only throttles logins. */
function loginPauseMs({ traits, retryAfterSeconds }: GatewayError, pauseMs: number): number {
  const saidMs = (retryAfterSeconds ?? 0) * 1000;
  if (!traits.pausesLogins) return saidMs;
  return traits.isRetryable ? saidMs || pauseMs : Math.max(saidMs, pauseMs);
}

/** A login that went well locks nobody out, so the next may come sooner than after a wrong password. */
const disagreementMs = 30_000;

interface LoginSessionOptions {
  /** Asks the product once. Throws PROVIDER_UNAUTHENTICATED where it refuses the name or the password. */
  readonly login: (signal: AbortSignal) => Promise<Credentials>;
  /** How long a refusal stands before the product is asked again, and one of too many logins that does not say how long. */
  readonly pauseMs: number;
  /** Longest login. It is the session's own time, since a login is shared by every caller that waits for it. */
  readonly timeoutMs: number;
  /** Remembers credentials that were refused, for longer than this session; without it they rest for `pauseMs`. */
  readonly guard?: LoginGuard | undefined;
}

/**
 * Logs in when first needed, once for everybody who waits, and again once when the product no longer takes
 * what it gave. A refused password is not tried again before `pauseMs`: products lock the account, or
 * everybody behind our address, after a few (Borg UI: five in 15 minutes).
 */
export function loginSession({ login, pauseMs, timeoutMs, guard }: LoginSessionOptions): Session {
  let current: Credentials | null = null;
  let pending: Promise<Credentials> | null = null;
  let refusal: { error: GatewayError; until: number } | null = null;
  let currentSince = 0;
  const proven = new WeakSet<Credentials>();

  function start(): Promise<Credentials> {
    const leftMs = refusal ? refusal.until - performance.now() : 0;
    if (refusal && leftMs > 0) return Promise.reject(stillRefused(refusal.error, leftMs));
    refusal = null;
    pending ??= (guard ? guardedLogin(guard) : login(AbortSignal.timeout(timeoutMs)))
      .then((credentials) => {
        current = credentials;
        currentSince = performance.now();
        keepSessionSecrets(credentials.headers);
        return credentials;
      })
      .catch((error: unknown) => {
        refuse(error);
        throw error;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  async function guardedLogin(known: LoginGuard): Promise<Credentials> {
    await known.check();
    try {
      return await login(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      if (error instanceof GatewayError && error.traits.isLoginRefused) await known.refused();
      throw error;
    }
  }

  function refuse(error: unknown): void {
    if (!(error instanceof GatewayError)) return;
    // The guard knows until when: it may be told that they are right now.
    if (guard && error.traits.isLoginRefused) return;
    const waitMs = loginPauseMs(error, pauseMs);
    if (waitMs > 0) refusal = { error, until: performance.now() + waitMs };
  }

  return {
    async credentials(signal) {
      signal.throwIfAborted();
      return current ?? untilAborted(start(), signal);
    },
    accepted: (credentials) => void proven.add(credentials),
    renew(refused, signal) {
      if (refused !== current) return current ? Promise.resolve(current) : untilAborted(start(), signal);
      // Fresh from a login and refused at once: another login would give the same, for ever. One that is older may have
      // ended with a product that went away before it could answer anything.
      if (!proven.has(refused) && performance.now() - currentSince <= timeoutMs) {
        const error = new GatewayError('PROVIDER_UNAUTHENTICATED', 'It refuses the token that it has just given.');
        refusal = { error, until: performance.now() + Math.min(pauseMs, disagreementMs) };
        current = null;
        return Promise.resolve(null);
      }
      current = null;
      return untilAborted(start(), signal);
    },
  };
}
