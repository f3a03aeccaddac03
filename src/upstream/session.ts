import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { giveRequest, requestOf } from '../core/request-scope.ts';
import { keepSessionSecrets } from '../core/secret-redaction.ts';
import type { LoginGuard } from './login-guard.ts';

/** The credentials for one provider: the headers of a request, and how to renew them. */
export interface Session {
  /** The credentials of `credentials` if it need not wait for them, else null. */
  current(): Credentials | null;
  /** Headers for the next request; logs in if there are none yet. */
  credentials(signal: AbortSignal): Promise<Credentials>;
  /** The product accepted these. */
  accepted(credentials: Credentials): void;
  /** The product refused these with 401. Returns newer ones for one more attempt; null if there are none. */
  renew(refused: Credentials, signal: AbortSignal): Promise<Credentials | null>;
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
}

/** For a token from the configuration, which cannot be renewed. */
export function fixedSession(headers: Readonly<Record<string, string>>): Session {
  const credentials = { headers };
  return {
    current: () => credentials,
    credentials: () => Promise.resolve(credentials),
    accepted: () => undefined,
    renew: () => Promise.resolve(null),
  };
}

/** Whole milliseconds first: the difference of two times may be a little more than the pause that was added to one. */
const stillRefused = ({ code, message, cause }: GatewayError, leftMs: number): GatewayError =>
  new GatewayError(code, message, { cause, retryAfterSeconds: Math.max(1, Math.ceil(Math.floor(leftMs) / 1000)) });

/** How long no login is tried after this failure of one: at least `pauseMs`, unless the provider only throttles logins. */
function loginPauseMs({ traits, retryAfterSeconds }: GatewayError, pauseMs: number): number {
  const saidMs = (retryAfterSeconds ?? 0) * 1000;
  if (!traits.pausesLogins) return saidMs;
  return traits.isRetryable ? saidMs || pauseMs : Math.max(saidMs, pauseMs);
}

/** Pause after a login that succeeded and whose token was refused at once: it locks no account, so it may be short. */
const refusedTokenPauseMs = 30_000;

interface LoginSessionOptions {
  /** Sends one login. Throws PROVIDER_UNAUTHENTICATED if the product refuses the name or the password. */
  readonly login: (signal: AbortSignal) => Promise<Credentials>;
  /** How long no login is sent after a refused one, and after a throttled one without `Retry-After`. */
  readonly pauseMs: number;
  /** Longest login. Independent of any caller's deadline, since all callers share one login. */
  readonly timeoutMs: number;
  /** Keeps refused credentials beyond this session; without it no login is sent for `pauseMs`. */
  readonly guard?: LoginGuard | undefined;
}

/**
 * Logs in when first needed, once for all callers that wait, and again when the product no longer accepts its token. A
 * refused password is not tried again before `pauseMs`: products lock the account or our address after a few refused
 * logins (Borg UI: five in 15 minutes).
 */
export function loginSession({ login, pauseMs, timeoutMs, guard }: LoginSessionOptions): Session {
  let current: Credentials | null = null;
  let pending: Promise<Credentials> | null = null;
  let refusal: { error: GatewayError; until: number } | null = null;
  let currentSince = 0;
  const proven = new WeakSet<Credentials>();

  /** A login that several wait for belongs to the request of the first. */
  function start(signal: AbortSignal): Promise<Credentials> {
    const leftMs = refusal ? refusal.until - performance.now() : 0;
    if (refusal && leftMs > 0) return Promise.reject(stillRefused(refusal.error, leftMs));
    refusal = null;
    const logIn = () => login(giveRequest(AbortSignal.timeout(timeoutMs), requestOf(signal)));
    pending ??= (guard ? guard.inTurn(() => guardedLogin(guard, logIn)) : logIn())
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

  async function guardedLogin(known: LoginGuard, logIn: () => Promise<Credentials>): Promise<Credentials> {
    await known.check();
    try {
      return await logIn();
    } catch (error) {
      if (error instanceof GatewayError && error.traits.isLoginRefused) await known.refused();
      throw error;
    }
  }

  function refuse(error: unknown): void {
    if (!(error instanceof GatewayError)) return;
    // The guard keeps these, and an operator may clear it.
    if (guard && error.traits.isLoginRefused) return;
    const waitMs = loginPauseMs(error, pauseMs);
    if (waitMs > 0) refusal = { error, until: performance.now() + waitMs };
  }

  return {
    current: () => current,
    async credentials(signal) {
      signal.throwIfAborted();
      return current ?? untilAborted(start(signal), signal);
    },
    accepted: (credentials) => void proven.add(credentials),
    renew(refused, signal) {
      if (refused !== current) return current ? Promise.resolve(current) : untilAborted(start(signal), signal);
      // A new token that was refused before it was ever accepted: further logins would loop. An older one may have expired
      // while the product was away.
      if (!proven.has(refused) && performance.now() - currentSince <= timeoutMs) {
        const error = new GatewayError('PROVIDER_UNAUTHENTICATED', 'It refuses the token that it has just given.');
        refusal = { error, until: performance.now() + Math.min(pauseMs, refusedTokenPauseMs) };
        current = null;
        return Promise.resolve(null);
      }
      current = null;
      return untilAborted(start(signal), signal);
    },
  };
}
