/** What one client may cost. Every number is a default that the configuration can change. */
import { z } from 'zod';

export interface ClientLimits {
  /** How long a new socket may take to introduce itself. */
  readonly initSeconds: number;
  /** How long a client may take to send a request of HTTP, head and body. */
  readonly requestTimeoutSeconds: number;
  /** Operations that run at once on one socket. */
  readonly operationsPerSocket: number;
  /** Sockets that are open at once from one address. */
  readonly socketsPerAddress: number;
  /** The longest message that a socket may send. */
  readonly messageBytes: number;
  /** Between two pings; a peer that has not answered one by the next is gone. */
  readonly heartbeatSeconds: number;
  /** What may wait for a client that reads slowly; above it, nothing more is read for it from any stream. */
  readonly bufferBytes: number;
  /** How long a client may leave that much, or an event stream anything at all, unread. */
  readonly slowSeconds: number;
}

/** A fraction of a second is for tests. */
const seconds = (fallback: number) => z.number().positive().max(600).default(fallback);

export const clientLimits = z.strictObject({
  initSeconds: seconds(10),
  requestTimeoutSeconds: seconds(30),
  operationsPerSocket: z.int().min(1).max(10_000).default(100),
  socketsPerAddress: z.int().min(1).max(1_000_000).default(200),
  messageBytes: z.int().min(1_000).max(100_000_000).default(256_000),
  heartbeatSeconds: seconds(12),
  bufferBytes: z.int().min(1_000).max(100_000_000).default(256_000),
  slowSeconds: seconds(20),
});

/** The header that the trusted proxies write. Only one: a client can send the other through them unchanged. */
export type ForwardedHeader = 'X-Forwarded-For' | 'Forwarded';
