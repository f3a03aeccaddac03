/** Prevents logins with credentials that the product has refused before. */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { GatewayError } from '../core/errors.ts';
import { formatInstant } from '../core/instant.ts';
import type { RefusedCredentials } from '../core/refused-credentials.ts';

export interface LoginGuard {
  /** Rejects with PROVIDER_UNAUTHENTICATED if these credentials were refused before. */
  check(): Promise<void>;
  /** Records that the product has refused these credentials. */
  refused(): Promise<void>;
  /** Runs `work`, which checks and logs in, while no other gateway logs in with this account. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export interface LoginGuardOptions {
  /** The configured name, for messages. */
  readonly provider: string;
  readonly kind: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly refusedCredentials: RefusedCredentials;
  /** The operator has confirmed the credentials: an earlier refusal is deleted first. */
  readonly isRetry: boolean;
}

const derive = promisify<string, string, number, Buffer>(scrypt);

export function createLoginGuard(options: LoginGuardOptions): LoginGuard {
  const { provider, kind, url, username, password, refusedCredentials } = options;
  let hashing: Promise<string> | null = null;
  let isRetry = options.isRetry;

  /** Slow on purpose, so that nobody who finds the hash can guess the password. */
  const hash = (): Promise<string> =>
    (hashing ??= derive(password, JSON.stringify([kind, url, username]), 32).then((key) => key.toString('base64url')));

  return {
    async check() {
      const isFirstRetry = isRetry;
      isRetry = false;
      if (!(await refusedCredentials.hasAny())) return;
      const key = await hash();
      if (isFirstRetry) await refusedCredentials.remove(key);
      const at = await refusedCredentials.find(key);
      if (at === null) return;
      throw new GatewayError(
        'PROVIDER_UNAUTHENTICATED',
        `${provider} refused the configured user name and password at ${formatInstant(at)}. They are not tried again, since products lock an account after a few wrong logins: correct them in the configuration, or run "backplane check --config FILE --retry" once they are right.`,
      );
    },
    refused: async () => refusedCredentials.add(await hash()),
    inTurn: (work) => refusedCredentials.inTurn?.(JSON.stringify([kind, url, username]), work) ?? work(),
  };
}
