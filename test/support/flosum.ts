/** One Flosum sandbox with a provider before it, and a proxy between them that can fail. */
import { createFlosumProvider, flosum } from '../../providers/flosum/index.ts';
import type { FlosumBackup } from '../../providers/flosum/map.ts';
import type { FlosumSandbox, FlosumSandboxOptions } from '../../providers/flosum/sandbox/contract.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import type { FlosumJob } from '../../providers/flosum/sandbox/jobs.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import type { Started, StartRequest } from '../../src/core/provider-commands.ts';
import { never } from './calls.ts';
import { expectDocumented } from './documented-calls.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { opened } from './opened.ts';

interface Fixture extends AsyncDisposable {
  readonly sandbox: FlosumSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /api/…?…`, decoded. */
  asked(): string[];
}

interface Options extends FlosumSandboxOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly looksAfterMs?: readonly number[];
}

export const now = Date.parse('2026-11-22T10:00:00Z');

export async function open({ config = {}, looksAfterMs = [1, 1], ...options }: Options = {}): Promise<Fixture> {
  const sandbox = await startFlosumSandbox({ now, speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const parsed = flosum.config.parse({ ...sandbox.config, url: proxy.url, ...config });
  const provider = createFlosumProvider(parsed, { looksAfterMs });
  let seen = 0;
  return {
    sandbox,
    proxy,
    provider,
    asked() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh.map(({ method, path, query }) => {
        const fields = [...query].map(([key, value]) => `${key}=${value}`).join('&');
        return `${method} ${path.replace('/api/v1/connections', '')}${fields && `?${fields}`}`;
      });
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await proxy.close();
      await sandbox.close();
      expectDocumented('flosum', sandbox.requests);
    },
  };
}

export const whole = { offset: 0, limit: null };
export const allTypes = 'types=full&types=full & sync&types=template&types=archive';
export const allStatuses = 'statuses=In Progress&statuses=Exception&statuses=Completed&statuses=Aborted';
export const idOf = (job: FlosumJob): LocalId => `${job.connectionId}.${job.id}.${Date.parse(job.startedDate)}`;
export const to = (fragment: string, wanted = 'GET') => ({
  match: (method: string, path: string) => method === wanted && path.includes(fragment),
});

export const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );

/** Every row from page to page, and what the pages complained of. */
export async function walk(provider: Provider, filter: Partial<BackupFilter> = {}, limit = 10) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const read = await page(provider, {
      after: last ? toSortKey(last) : null,
      limit,
      filter: { ...noFilter, ...filter },
    });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.rows.length === 0) return { ids: rows.map(({ localId }) => localId), rows, problems };
  }
}

export const request = (more: Partial<StartRequest> = {}): StartRequest => ({
  entityId: '7',
  name: null,
  description: null,
  nonce: '0a1b2c3d',
  ...more,
});
export const start = (provider: Provider, more: Partial<StartRequest> = {}, signal = never()): Promise<Started> =>
  provider.startBackup?.(request(more), signal) ?? Promise.reject(new Error());
export const readLog = (provider: Provider, backup: Backup, query: { offset: number; limit: number | null } = whole) =>
  provider.readLog?.(backup, query, never()) ?? Promise.reject(new Error());

export async function get(provider: Provider, job: FlosumJob): Promise<FlosumBackup> {
  const [backup] = await provider.getBackups([idOf(job)], never());
  if (!backup) throw new Error(`there is no backup ${idOf(job)}`);
  return backup as FlosumBackup;
}

/** The product's own way to refuse. */
export const refuses = (status: number, message: unknown): Fault => ({
  name: `refuses with ${status}`,
  apply({ request: incoming, response }) {
    incoming.resume();
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message, error: 'x', statusCode: status }));
  },
});
