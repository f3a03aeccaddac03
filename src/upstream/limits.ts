/** Section `limits` of a provider: limits for requests to it, retries and the circuit breaker. */
import { z } from 'zod';

/** Fractions of a second are for tests. */
const seconds = () => z.number().positive().max(3600);
const bytes = (fallback: number) => z.int().min(1_000).max(1_000_000_000).default(fallback);
const slots = (fallback: number) => z.int().min(1).max(1_000).default(fallback);
const share = (fallback: number) => z.number().min(0.01).max(0.99).default(fallback);

export const upstreamLimits = z
  .strictObject({
    connectSeconds: seconds()
      .nullable()
      .default(null)
      .describe('Seconds to open a connection, TLS handshake included. null: half of `timeoutSeconds`.'),
    headersSeconds: seconds()
      .nullable()
      .default(null)
      .describe(
        'Seconds to wait for the headers of a response. null: `timeoutSeconds`. Commands have only their own deadline.',
      ),
    bodySeconds: seconds()
      .nullable()
      .default(null)
      .describe(
        'Seconds for the body of a response, and the longest pause within a download. null: `timeoutSeconds`. Commands have only their own deadline.',
      ),
    listBytes: bytes(32_000_000).describe('Largest response with a list in it, in bytes.'),
    maxResponseBytes: bytes(1_000_000).describe('Largest response of any other kind, in bytes.'),
    retries: z
      .int()
      .min(0)
      .max(5)
      .default(2)
      .describe(
        'How often a read is retried after a connection error, 502, 503, 504, or 429 with `Retry-After`. Commands and logins are never retried.',
      ),
    retrySeconds: seconds()
      .default(0.1)
      .describe(
        'Seconds before the first retry, with up to half as much added at random; each further wait is twice as long.',
      ),
    retryShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('Retries for each request, over time: 0.2 allows 20 % of additional requests.'),
    retriesPerMinute: z
      .int()
      .min(0)
      .max(10_000)
      .default(10)
      .describe(
        'Retries in a minute that are allowed in addition to `retryShare`, so that a provider with few requests has some.',
      ),
    requests: slots(16).describe(
      'Reads at the same time. Polls for subscriptions get a quarter of that number, reads of logs half of it, and reads for history a sixteenth, in addition.',
    ),
    downloads: slots(4).describe(
      'Downloads of logs at the same time; at most `requests`. A download ends when the product has sent everything.',
    ),
    commands: slots(4).describe('Commands at the same time. Reads never delay them.'),
    queue: z
      .int()
      .min(0)
      .max(100_000)
      .default(200)
      .describe(
        'Requests of each kind that may wait for a free slot. One more is RATE_LIMITED, and so is one whose deadline passes while it waits.',
      ),
    breakerCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .describe('Number of latest requests that the circuit breaker looks at.'),
    breakerMinimumCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .describe('Requests before the circuit breaker can open; at most `breakerCalls`.'),
    breakerFailureShare: share(0.5).describe(
      'The circuit breaker opens when more than this share of the latest requests failed.',
    ),
    breakerSeconds: seconds()
      .default(5)
      .describe(
        'Seconds that the circuit breaker stays open: requests fail at once. After that one read tries the provider.',
      ),
    breakerHalfOpenSeconds: seconds()
      .default(0.5)
      .describe('Seconds that other requests wait for the result of that read before they fail.'),
  })
  .refine(({ breakerMinimumCalls, breakerCalls }) => breakerMinimumCalls <= breakerCalls, {
    path: ['breakerMinimumCalls'],
    error: 'expected at most breakerCalls',
  });

export type UpstreamLimits = Readonly<z.output<typeof upstreamLimits>> & {
  /** Gateways that divide the numbers of calls at the same time among them; absent: this one is alone. */
  readonly sharedBy?: () => number;
};

export const defaultLimits: UpstreamLimits = upstreamLimits.parse({});

/** How many calls of each kind may run at the same time; each kind has its own connections. */
export const slotsOf = ({ requests, downloads }: Pick<UpstreamLimits, 'requests' | 'downloads'>) => ({
  reads: requests,
  polls: Math.ceil(requests / 4),
  /** Nobody waits for them. */
  history: Math.ceil(requests / 16),
  downloads: Math.min(downloads, requests),
  logReads: Math.ceil(requests / 2),
});

/** The options of `createUpstream` that every product takes from its configuration. */
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
