/** Logs refused requests with their address, so that operators can find an address that keeps trying. */
import { GatewayError } from '../core/errors.ts';
import type { RepeatedLines } from '../observability/repeated-lines.ts';
import { type AuthenticateRequest, networkOf } from './authentication.ts';

/** Logs what the wrapped authentication refuses, never the credential. A request without one is `info`: browsers send one first. */
export const logRefusals =
  (authenticateRequest: AuthenticateRequest, lines: RepeatedLines): AuthenticateRequest =>
  async (authorization, caller, by) => {
    try {
      return await authenticateRequest(authorization, caller, by);
    } catch (error) {
      if (error instanceof GatewayError) {
        const { requestId, address, client } = caller;
        const { code, message: reason } = error;
        lines.write({
          level: authorization === null ? 'info' : 'warn',
          address: networkOf(address),
          reason: code,
          fields: { requestId, address, code, reason, ...client },
        });
      }
      throw error;
    }
  };
