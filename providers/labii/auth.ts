/** Who we are to Labii: an API key, a login token, or a login whose token ends after 30 idle minutes. */
import { GatewayError } from '../../src/core/errors.ts';
import { createLoginGuard } from '../../src/upstream/login-guard.ts';
import { type Credentials, fixedSession, loginSession, type Session } from '../../src/upstream/session.ts';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/upstream.ts';
import type { ProviderContext } from '../product.ts';
import type { Generation, LabiiConfig } from './config.ts';
import { createLoginExplain } from './errors.ts';
import { loginReply } from './wire.ts';

interface Access {
  readonly session: Session;
  close(): Promise<void>;
}

/** Five wrong passwords lock the account for as long. */
const pauseMs = 60 * 60_000;

export function createAccess(
  config: LabiiConfig,
  connection: Omit<UpstreamOptions, 'session'>,
  context?: ProviderContext,
): Access {
  const { token, apiKey, username = '', password, generation } = config;
  if (apiKey) return fixed({ authorization: `Bearer ${apiKey.reveal()}` });
  if (token) return fixed(tokenHeaders(token.reveal(), generation));
  const { provider } = connection;
  const upstream = createUpstream({
    ...connection,
    session: null,
    isLogin: true,
    explain: createLoginExplain(provider),
  });

  async function login(signal: AbortSignal): Promise<Credentials> {
    const json = { username, password: password?.reveal() ?? '' };
    const { body } = await upstream.login('/accounts/auth/', { schema: loginReply, post: { json } }, signal);
    if (body.token) return { headers: tokenHeaders(body.token, generation) };
    throw new GatewayError(
      'PROVIDER_UNAUTHENTICATED',
      `${provider} asks for a second factor: configure an API key instead of the password.`,
    );
  }

  // The old token is left to end by itself: the call that ends it is a GET, which anything between may repeat.
  const secret = password?.reveal() ?? '';
  const guard =
    context &&
    createLoginGuard({
      provider: connection.provider,
      kind: 'labii',
      url: config.url,
      username,
      password: secret,
      ...context,
    });
  const session = loginSession({ login, pauseMs, timeoutMs: connection.timeoutMs, guard });
  return { session, close: () => upstream.close() };
}

const fixed = (headers: Readonly<Record<string, string>>): Access => ({
  session: fixedSession(headers),
  close: () => Promise.resolve(),
});

/** The documentation of v1 names a header that later clients do not send any more, so it gets both. */
const tokenHeaders = (token: string, generation: Generation): Record<string, string> => ({
  authorization: `Token ${token}`,
  ...(generation === 'v1' ? { token } : {}),
});
