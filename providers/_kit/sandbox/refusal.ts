/** Refusing a request by throwing. */
import type { SandboxHandler, SandboxReply } from './http.ts';

/** Thrown by a handler, or by a function that it calls, to answer with `reply`. */
export class Refusal extends Error {
  readonly reply: SandboxReply;

  constructor(reply: SandboxReply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** Answers with the reply of a refusal that the handler throws. */
export const refusing =
  (handler: SandboxHandler): SandboxHandler =>
  async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };
