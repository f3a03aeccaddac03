/** How the driver asks the upstream which systems it serves, and what they were asked. */
import type { Served } from './systems.ts';

export const takePath = '/take';
export const systemsPath = '/systems';
/** Where a collector takes spans; they are dropped. */
export const tracesPath = '/v1/traces';

/** Since the last look. */
export interface Control {
  /** Lists of backups. */
  readonly lists: number;
  /** Logins, connections, details and other requests that are no list of backups. */
  readonly others: number;
  /** Rows of all lists together. */
  readonly rows: number;
  /** The first calls, as `provider GET /path?query`. */
  readonly calls: readonly string[];
}

export interface Upstream {
  take(): Promise<Control>;
  readonly systems: readonly Served[];
  /** Of its control. */
  readonly origin: string;
}

export async function connectUpstream(origin: string): Promise<Upstream> {
  const get = async (path: string): Promise<unknown> => (await fetch(origin + path)).json();
  return {
    origin,
    systems: (await get(systemsPath)) as Served[],
    take: async () => (await get(takePath)) as Control,
  };
}
