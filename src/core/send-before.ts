/**
 * The time until which a command may be sent. It is written to the database that it is being sent; after a while other
 * gateways conclude that this one is lost, and look up what became of it. A process that was stopped meanwhile must not
 * send it then.
 */
import { AmbientValue } from './ambient-value.ts';
import { GatewayError } from './errors.ts';

interface Sending {
  /** By `performance.now()`, which goes on while the process is stopped. */
  readonly endsAt: number;
  /** A command may be several requests: once one of them was sent in time, the others follow it. */
  hasBegun: boolean;
}

const commands = new AmbientValue<Sending>();

/** Runs `work`; the first command that it sends is refused after `endsAt`. */
export const sendBefore = <T>(endsAt: number, work: () => T): T => commands.run({ endsAt, hasBegun: false }, work);

/** To be called right before a command is sent. Throws STORAGE_UNAVAILABLE if it is too late for that. */
export function requireInTime(): void {
  const sending = commands.current();
  if (!sending || sending.hasBegun) return;
  if (performance.now() > sending.endsAt) {
    throw new GatewayError(
      'STORAGE_UNAVAILABLE',
      'The gateway was stopped, or waited too long, before it could send the command. Nothing was sent; use a new idempotencyKey.',
      { retryAfterSeconds: 1 },
    );
  }
  sending.hasBegun = true;
}
