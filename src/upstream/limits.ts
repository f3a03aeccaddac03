/** What one provider may be asked, and how long it may take. Every number is a default that the configuration can change. */
import { z } from 'zod';

export interface UpstreamLimits {
  /** Longest way to a connection, TLS included; null: half of the whole call. */
  readonly connectSeconds: number | null;
  /** Longest wait for the head of an answer; null: the whole call. A command waits for its own whole call. */
  readonly headersSeconds: number | null;
  /** Longest time for the body of an answer, and the longest silence in a download; null: the whole call. */
  readonly bodySeconds: number | null;
  /** Largest answer that grows with the number of rows. */
  readonly listBytes: number;
  /** Largest answer of any other kind. */
  readonly maxResponseBytes: number;
  /** How often a read is repeated at most. Commands and logins never are. */
  readonly retries: number;
  /** The wait before the first repetition, about; it doubles with each. */
  readonly retrySeconds: number;
  /** Repetitions for each request, over time: 0.2 is a fifth of extra traffic. */
  readonly retryShare: number;
  /** Repetitions in a minute that a quiet provider gets all the same. */
  readonly retriesPerMinute: number;
  /** Reads at once. Polls of streams and reads of logs have a share of their own beside them. */
  readonly requests: number;
  /** Downloads of logs at once; no more than `requests`. Each keeps its place until the product has sent everything. */
  readonly downloads: number;
  /** Commands at once, which no read can keep from going out. */
  readonly commands: number;
  /** How many of each may wait for their turn; one more is RATE_LIMITED. */
  readonly queue: number;
  /** The newest so many requests tell whether the provider is left alone for a while. */
  readonly breakerCalls: number;
  /** No fewer than these tell anything. */
  readonly breakerMinimumCalls: number;
  /** It is left alone when more than this share of them failed. */
  readonly breakerFailureShare: number;
  /** For how long; then one read tries. */
  readonly breakerSeconds: number;
  /** How long others wait for what that one finds, before they fail. */
  readonly breakerHalfOpenSeconds: number;
}

/** A fraction of a second is for tests. */
const seconds = () => z.number().positive().max(3600);
const bytes = (fallback: number) => z.int().min(1_000).max(1_000_000_000).default(fallback);
const atOnce = (fallback: number) => z.int().min(1).max(1_000).default(fallback);
const share = (fallback: number) => z.number().min(0.01).max(0.99).default(fallback);

export const upstreamLimits = z
  .strictObject({
    connectSeconds: seconds().nullable().default(null),
    headersSeconds: seconds().nullable().default(null),
    bodySeconds: seconds().nullable().default(null),
    listBytes: bytes(32_000_000),
    maxResponseBytes: bytes(1_000_000),
    retries: z.int().min(0).max(5).default(2),
    retrySeconds: seconds().default(0.1),
    retryShare: z.number().min(0).max(1).default(0.2),
    retriesPerMinute: z.int().min(0).max(10_000).default(10),
    requests: atOnce(16),
    downloads: atOnce(4),
    commands: atOnce(4),
    queue: z.int().min(0).max(100_000).default(200),
    breakerCalls: z.int().min(1).max(10_000).default(20),
    breakerMinimumCalls: z.int().min(1).max(10_000).default(10),
    breakerFailureShare: share(0.5),
    breakerSeconds: seconds().default(5),
    breakerHalfOpenSeconds: seconds().default(0.5),
  })
  .refine(({ breakerMinimumCalls, breakerCalls }) => breakerMinimumCalls <= breakerCalls, {
    path: ['breakerMinimumCalls'],
    error: 'expected at most breakerCalls',
  });

export const defaultLimits: UpstreamLimits = upstreamLimits.parse({});

/** How many calls of each kind may be on their way at once, each kind with connections of its own. */
export const slotsOf = ({ requests, downloads }: Pick<UpstreamLimits, 'requests' | 'downloads'>) => ({
  reads: requests,
  polls: Math.ceil(requests / 4),
  downloads: Math.min(downloads, requests),
  logReads: Math.ceil(requests / 2),
});

/** What each product's configuration says of its connection, as `createUpstream` takes it. */
export const toConnection = (config: {
  readonly name: string;
  readonly url: string;
  readonly timeoutSeconds: number;
  readonly limits: UpstreamLimits;
}) => ({
  provider: config.name,
  url: config.url,
  timeoutMs: config.timeoutSeconds * 1000,
  limits: config.limits,
});
