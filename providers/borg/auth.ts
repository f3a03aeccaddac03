/** Credentials for Borg UI: a personal access token, or a login whose token lasts a day. */
import { GatewayError } from '../../src/core/errors.ts';
import { type Access, type Connection, loginAccess, tokenAccess } from '../_kit/login.ts';
import type { ProviderContext } from '../product.ts';
import type { BorgConfig } from './config.ts';
import { loginReply } from './wire.ts';

/** Five wrong passwords lock the account, and every client behind our address, for this long. */
const pauseMs = 15 * 60_000;

export function createAccess(config: BorgConfig, connection: Connection, context?: ProviderContext): Access {
  if (config.token) return tokenAccess(bearer(config.token.reveal()));
  return loginAccess({
    config,
    connection,
    context,
    pauseMs,
    async logIn(form, upstream, signal) {
      const options = { schema: loginReply, post: { form: { ...form } } };
      const { body } = await upstream.login('/api/auth/login', options, signal);
      if (body.access_token) return { headers: bearer(body.access_token) };
      throw new GatewayError(
        'PROVIDER_UNAUTHENTICATED',
        `${connection.provider} asks for a second factor: configure a personal access token instead of the password.`,
      );
    },
  });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
