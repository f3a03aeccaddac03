/** Authentication by settings that may change: what stays the same goes on, and what was removed is revoked. */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { AuthSettings } from '../config/auth.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Log } from '../observability/log.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import type { Identity, Verify } from './identity.ts';
import { createJwt, type Jwt } from './jwt.ts';
import { type KnownToken, toKnownTokens } from './tokens.ts';

export interface LiveAuth {
  readonly authenticate: Authenticate;
  /**
   * A mark of the credential that this viewer has its rights from: another one after it was replaced. Of a JWT, it is
   * one of the settings that its rights were read by. Null: the credential is not known here.
   */
  readonly markOf: (viewer: Viewer) => string | null;
  /** Who had a credential of this mark, with the rights of now; null if it is gone. */
  readonly identityOf: (viewer: Viewer, mark: string) => Identity | null;
  /** Whether anybody can be authenticated now. False until the keys of `jwt` were read, where there are no tokens. */
  readonly isReady: () => boolean;
  /** Throws ConfigError where a file of the settings is not what it should be; then nothing has changed. */
  prepare(settings: AuthSettings, files: unknown): PreparedAuth;
  close(): Promise<void>;
}

export interface PreparedAuth {
  /** Applies the settings. Streams and sockets of removed credentials end. */
  commit(): void;
  discard(): void;
}

interface State {
  readonly settings: AuthSettings;
  /** Contents of the files that `jwt` names: they may change without the settings. */
  readonly files: unknown;
  readonly tokens: readonly KnownToken[];
  readonly jwt: RevocableJwt | null;
  readonly authenticate: Authenticate;
}

interface RevocableJwt extends Jwt {
  readonly revoke: () => void;
}

export function createLiveAuth(settings: AuthSettings, files: unknown, log: Log): LiveAuth {
  let state = toState(settings, files, null);

  function toState(next: AuthSettings, nextFiles: unknown, former: State | null): State {
    const isSameJwt =
      former !== null && isDeepStrictEqual([former.settings?.jwt, former.files], [next?.jwt, nextFiles]);
    const jwt = isSameJwt ? former.jwt : next?.jwt ? revocable(createJwt(next.jwt, log)) : null;
    const tokens = toKnownTokens(next?.tokens ?? [], former?.tokens);
    return {
      settings: next,
      files: nextFiles,
      tokens,
      jwt,
      authenticate: createAuthenticate(next, jwt?.verify ?? null, tokens),
    };
  }

  const tokenOf = ({ id }: Viewer) => state.tokens.find(({ identity }) => identity.viewer.id === id);

  function markOf(viewer: Viewer): string | null {
    if (state.settings === null) return viewer.id === 'anonymous' ? viewer.id : null;
    const token = tokenOf(viewer);
    if (token) return token.digest.toString('base64url');
    if (state.jwt === null || !viewer.id.startsWith('jwt:')) return null;
    return createHash('sha256')
      .update(JSON.stringify([state.settings.jwt, state.files]))
      .digest('base64url');
  }

  const closeQuietly = (jwt: Jwt | null) =>
    void jwt?.close().catch((error: unknown) => log.warn({ err: error }, 'the key server could not be closed'));

  return {
    authenticate: (authorization) => state.authenticate(authorization),
    markOf,
    identityOf(viewer, mark) {
      if (markOf(viewer) !== mark) return null;
      const { identity } = tokenOf(viewer) ?? { identity: { viewer, expiresAt: null } };
      return identity.expiresAt !== null && identity.expiresAt <= Date.now() ? null : identity;
    },
    isReady: () => state.jwt === null || state.jwt.hasKeys() || state.tokens.length > 0,
    prepare(next, nextFiles) {
      const prepared = toState(next, nextFiles, state);
      return {
        commit() {
          const former = state;
          state = prepared;
          for (const token of former.tokens) if (!state.tokens.includes(token)) token.revoke();
          if (former.jwt === state.jwt) return;
          former.jwt?.revoke();
          closeQuietly(former.jwt);
        },
        discard() {
          if (prepared.jwt !== state.jwt) closeQuietly(prepared.jwt);
        },
      };
    },
    close: async () => state.jwt?.close(),
  };
}

/** Other settings of `jwt` may read another person or other rights from the same token. */
function revocable(jwt: Jwt): RevocableJwt {
  const revocation = new AbortController();
  const { signal } = revocation;
  setMaxListeners(0, signal);
  const withSignal = (identity: Identity): Identity => ({ ...identity, revoked: signal });
  const verify: Verify = (token) => {
    const verified = jwt.verify(token);
    return verified instanceof Promise ? verified.then(withSignal) : withSignal(verified);
  };
  return { ...jwt, verify, revoke: () => revocation.abort() };
}
