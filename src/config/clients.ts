/** Section `server.clients`: limits for each connection of a client. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';

/** Fractions of a second are for tests. */
const seconds = (fallback: number) => z.number().positive().max(600).default(fallback);

export const clientLimits = z.strictObject({
  initSeconds: seconds(10).describe(
    'Seconds within which a new WebSocket must send `connection_init`; otherwise it is closed with 4408.',
  ),
  requestTimeoutSeconds: seconds(30).describe(
    'Seconds within which a client must send an HTTP request, headers and body; otherwise its connection is closed with 408.',
  ),
  operationsPerSocket: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Operations that may run at the same time on one WebSocket; one more is RATE_LIMITED.'),
  socketsPerAddress: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(200)
    .describe(
      'WebSockets that one client address may have open at the same time; one more is closed with 1013. Behind a proxy that is not in `server.trustedProxies`, all clients share its address.',
    ),
  messageBytes: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(256_000)
    .describe('Largest message that a WebSocket may send, in bytes; a larger one closes it with 1009.'),
  heartbeatSeconds: seconds(12).describe(
    'Seconds between two pings of a WebSocket. A client that has not answered a ping before the next one is disconnected.',
  ),
  bufferBytes: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(256_000)
    .describe(
      'Bytes that may wait in memory for one WebSocket that reads slowly. Above that its subscriptions pause; they continue from the replay log, with a StreamGap where events were evicted from it.',
    ),
  slowSeconds: seconds(20).describe(
    'Seconds that a WebSocket may leave more than `bufferBytes` unread before it is closed with 1013, and that a server-sent event stream may leave everything unread before its connection is closed.',
  ),
});

export type ClientLimits = Immutable<z.output<typeof clientLimits>>;
