/** Who we are to Borg UI: a personal access token, or a login that lasts a day. */
import { GatewayError } from '../../src/core/errors.ts';
import { createLoginGuard } from '../../src/upstream/login-guard.ts';
import { type Credentials, fixedSession, loginSession, type Session } from '../../src/upstream/session.ts';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/upstream.ts';
import type { ProviderContext } from '../product.ts';
import type { BorgConfig } from './config.ts';
import { loginReply } from './wire.ts';

interface Access {
  readonly session: Session;
  close(): Promise<void>;
}

/** Five wrong passwords lock the account, and everybody behind our address, for as long. */
const pauseMs = 15 * 60_000;

export function createAccess(
  config: BorgConfig,
  connection: Omit<UpstreamOptions, 'session'>,
  context?: ProviderContext,
): Access {
  const { token, username = '', password } = config;
  if (token) return { session: fixedSession(bearer(token.reveal())), close: () => Promise.resolve() };
  const upstream = createUpstream({ ...connection, session: null, isLogin: true });

  async function login(signal: AbortSignal): Promise<Credentials> {
    const form = { username, password: password?.reveal() ?? '' };
    const options = { schema: loginReply, post: { form } };
    const { body } = await upstream.login('/api/auth/login', options, signal);
    if (body.access_token) return { headers: bearer(body.access_token) };
    throw new GatewayError(
      'PROVIDER_UNAUTHENTICATED',
      `${connection.provider} asks for a second factor: configure a personal access token instead of the password.`,
    );
  }

  const secret = password?.reveal() ?? '';
  const guard =
    context &&
    createLoginGuard({
      provider: connection.provider,
      kind: 'borg',
      url: config.url,
      username,
      password: secret,
      ...context,
    });
  const session = loginSession({ login, pauseMs, timeoutMs: connection.timeoutMs, guard });
  return { session, close: () => upstream.close() };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
