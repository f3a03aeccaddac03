/** Access to a product that takes a user name and a password. */
import type { Secret } from '../../src/core/secret.ts';
import type { Upstream, UpstreamOptions } from '../../src/upstream/contract.ts';
import { createLoginGuard, type LoginGuardOptions } from '../../src/upstream/login-guard.ts';
import { type Credentials, fixedSession, loginSession, type Session } from '../../src/upstream/session.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';

export interface Access {
  readonly session: Session;
  close(): Promise<void>;
}

export type Connection = Omit<UpstreamOptions, 'session'>;

interface Login {
  readonly config: {
    readonly kind: string;
    readonly url: string;
    readonly username?: string | undefined;
    readonly password?: Secret | undefined;
  };
  readonly connection: Connection;
  /** If absent, a refused password is remembered only as long as the session. */
  readonly context: Pick<LoginGuardOptions, 'refusedCredentials' | 'isRetry'> | undefined;
  /** How long no login is sent after a refused one: products lock an account after a few. */
  readonly pauseMs: number;
  /** Sends one login. */
  readonly logIn: (user: User, upstream: Upstream, signal: AbortSignal) => Promise<Credentials>;
}

interface User {
  readonly username: string;
  readonly password: string;
}

/** Logs in when the first request needs it. Logins have an upstream of their own, without a session. */
export function loginAccess({ config, connection, context, pauseMs, logIn }: Login): Access {
  const { kind, url, username = '' } = config;
  const { provider, timeoutMs } = connection;
  const password = config.password?.reveal() ?? '';
  const upstream = createUpstream({ ...connection, session: null, isLogin: true });
  const guard = context && createLoginGuard({ provider, kind, url, username, password, ...context });
  const login = (signal: AbortSignal) => logIn({ username, password }, upstream, signal);
  return { session: loginSession({ login, pauseMs, timeoutMs, guard }), close: () => upstream.close() };
}

/** Access with a token of the configuration, which cannot be renewed. */
export const tokenAccess = (headers: Readonly<Record<string, string>>): Access => ({
  session: fixedSession(headers),
  close: () => Promise.resolve(),
});
