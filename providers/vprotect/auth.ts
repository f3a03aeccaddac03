/** Credentials for vProtect: the cookies of a login. */
import { z } from 'zod';
import { GatewayError } from '../../src/core/errors.ts';
import type { RefusedAnswer } from '../../src/upstream/contract.ts';
import { type Access, type Connection, loginAccess } from '../_kit/login.ts';
import type { ProviderContext } from '../product.ts';
import type { VProtectConfig } from './config.ts';

/** How many wrong passwords lock the account is not documented. */
const pauseMs = 15 * 60_000;

export function createAccess(
  config: VProtectConfig,
  connection: Omit<Connection, 'explain'>,
  context?: ProviderContext,
): Access {
  const { provider } = connection;
  return loginAccess({
    config,
    connection: { ...connection, explain: createExplain(provider) },
    context,
    pauseMs,
    async logIn({ username, password }, upstream, signal) {
      const options = { schema: z.unknown(), post: { json: { login: username, password } } };
      const { headers } = await upstream.login('/session/login', options, signal);
      const cookie = toCookies(headers['set-cookie']);
      if (cookie !== '') return { headers: { cookie } };
      throw new GatewayError(
        'PROVIDER_INVALID_RESPONSE',
        `${provider} took the login and gave no session: is the address in the configuration complete, with /api at its end?`,
      );
    },
  });
}

/** A refused login other than an outage means a wrong user name or password, whatever its message says. */
const createExplain =
  (provider: string) =>
  ({ status }: RefusedAnswer): GatewayError | null =>
    [400, 401, 403].includes(status)
      ? new GatewayError('PROVIDER_UNAUTHENTICATED', `${provider} refuses the configured user name or password.`)
      : null;

/** Every cookie, since it is not documented which one is the session; of two with the same name, the later. */
export function toCookies(lines: string | readonly string[] | undefined): string {
  const pairs = [lines ?? []].flat().map((line) => (line.split(';')[0] ?? '').trim());
  const byName = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair]));
  byName.delete('');
  return [...byName.values()].join('; ');
}
