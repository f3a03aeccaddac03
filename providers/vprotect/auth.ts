/** Who we are to vProtect: the cookies that a login gives, and whose authority is believed. */
import { z } from 'zod';
import { GatewayError } from '../../src/core/errors.ts';
import { createLoginGuard } from '../../src/upstream/login-guard.ts';
import { type Credentials, loginSession, type Session } from '../../src/upstream/session.ts';
import { createUpstream, type RefusedAnswer, type UpstreamOptions } from '../../src/upstream/upstream.ts';
import type { ProviderContext } from '../product.ts';
import type { VProtectConfig } from './config.ts';

interface Access {
  readonly session: Session;
  close(): Promise<void>;
}

/** Nobody has said how many wrong passwords lock the account. */
const pauseMs = 15 * 60_000;

export function createAccess(
  config: VProtectConfig,
  connection: Omit<UpstreamOptions, 'session' | 'explain'>,
  context?: ProviderContext,
): Access {
  const { provider, timeoutMs } = connection;
  const upstream = createUpstream({ ...connection, session: null, isLogin: true, explain: createExplain(provider) });

  async function login(signal: AbortSignal): Promise<Credentials> {
    const json = { login: config.username, password: config.password.reveal() };
    const asked = { schema: z.unknown(), post: { json } };
    const { headers } = await upstream.login('/session/login', asked, signal);
    const cookie = toCookies(headers['set-cookie']);
    if (cookie !== '') return { headers: { cookie } };
    throw new GatewayError(
      'PROVIDER_INVALID_RESPONSE',
      `${provider} took the login and gave no session: is the address in the configuration complete, with /api at its end?`,
    );
  }

  const { url, username } = config;
  const guard =
    context &&
    createLoginGuard({ provider, kind: 'vprotect', url, username, password: config.password.reveal(), ...context });
  return { session: loginSession({ login, pauseMs, timeoutMs, guard }), close: () => upstream.close() };
}

/** Whatever it says against a login besides an outage, it is the name or the password. */
const createExplain =
  (provider: string) =>
  ({ status }: RefusedAnswer): GatewayError | null =>
    [400, 401, 403].includes(status)
      ? new GatewayError('PROVIDER_UNAUTHENTICATED', `${provider} refuses the configured user name or password.`)
      : null;

/** Every cookie, since nobody has said which of them is the session; of two with one name, the later. */
export function toCookies(lines: string | readonly string[] | undefined): string {
  const pairs = [lines ?? []].flat().map((line) => (line.split(';')[0] ?? '').trim());
  const byName = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair]));
  byName.delete('');
  return [...byName.values()].join('; ');
}
