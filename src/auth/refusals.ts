/** Who was not let in, for the log: whoever guards a network looks for an address that tries again and again. */
import { GatewayError } from '../core/errors.ts';
import type { Log } from '../log.ts';
import type { Admit } from './admission.ts';

/** The same admission; what was presented is never written down. Nothing at all is what a browser sends first. */
export const logRefusals =
  (admit: Admit, log: Log): Admit =>
  async (authorization, caller) => {
    try {
      return await admit(authorization, caller);
    } catch (error) {
      if (error instanceof GatewayError) {
        const { requestId, address } = caller;
        const line = { requestId, address, code: error.code, reason: error.message };
        log[authorization === null ? 'info' : 'warn'](line, 'not admitted');
      }
      throw error;
    }
  };
