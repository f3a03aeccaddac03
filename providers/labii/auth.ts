/** Credentials for Labii: an API key, a login token, or a login whose token ends after 30 idle minutes. */
import { GatewayError } from '../../src/core/errors.ts';
import { type Access, type Connection, loginAccess, tokenAccess } from '../_kit/login.ts';
import type { ProviderContext } from '../product.ts';
import type { Generation, LabiiConfig } from './config.ts';
import { createLoginExplain } from './errors.ts';
import { loginReply } from './wire.ts';

/** Five wrong passwords lock the account for this long. */
const pauseMs = 60 * 60_000;

export function createAccess(config: LabiiConfig, connection: Connection, context?: ProviderContext): Access {
  const { token, apiKey, generation } = config;
  const { provider } = connection;
  if (apiKey) return tokenAccess({ authorization: `Bearer ${apiKey.reveal()}` });
  if (token) return tokenAccess(tokenHeaders(token.reveal(), generation));
  // An old token is left to expire: the call that ends it is a GET, which anything on the way may repeat.
  return loginAccess({
    config,
    connection: { ...connection, explain: createLoginExplain(provider) },
    context,
    pauseMs,
    async logIn(json, upstream, signal) {
      const { body } = await upstream.login('/accounts/auth/', { schema: loginReply, post: { json } }, signal);
      if (body.token) return { headers: tokenHeaders(body.token, generation) };
      throw new GatewayError(
        'PROVIDER_UNAUTHENTICATED',
        `${provider} asks for a second factor: configure an API key instead of the password.`,
      );
    },
  });
}

/** The documentation of v1 names a header that later clients no longer send, so v1 gets both. */
const tokenHeaders = (token: string, generation: Generation): Record<string, string> => ({
  authorization: `Token ${token}`,
  ...(generation === 'v1' ? { token } : {}),
});
