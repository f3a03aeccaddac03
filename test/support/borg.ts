/** One Borg sandbox with a provider before it, and a proxy between them that can fail. */
import { borg } from '../../providers/borg/index.ts';
import type { BorgBackup } from '../../providers/borg/map.ts';
import type { BorgSandbox, BorgSandboxOptions } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import { never } from './calls.ts';
import { expectDocumented } from './documented-calls.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { opened } from './opened.ts';

interface Fixture extends AsyncDisposable {
  readonly sandbox: BorgSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /api/…?…`. */
  asked(): string[];
}

export interface Options extends BorgSandboxOptions {
  /** Who the provider is; the administrator's personal token unless given. */
  readonly as?: (sandbox: BorgSandbox) => Readonly<Record<string, unknown>>;
}

export const byPassword = ({ config: { username, password } }: BorgSandbox) => ({ username, password });

export async function open({
  as = ({ personalToken }) => ({ token: personalToken }),
  ...options
}: Options = {}): Promise<Fixture> {
  const sandbox = await startBorgSandbox({ speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const provider = borg.create(
    borg.config.parse({ name: 'files', kind: 'borg', url: proxy.url, settleSeconds: 0, ...as(sandbox) }),
  );
  let seen = 0;
  return {
    sandbox,
    proxy,
    provider,
    asked() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh.map(({ method, path, query }) => `${method} ${path}${query.size > 0 ? `?${query}` : ''}`);
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await proxy.close();
      await sandbox.close();
      expectDocumented('borg', sandbox.requests);
    },
  };
}

export const alpha = '/backups/accounting';
export const agentPath = '/backups/warehouse-laptops';
const whole = { offset: 0, limit: null };

export const toRequest = (entityId: string, more: object = {}) => ({
  entityId,
  name: null,
  description: null,
  nonce: 'n0000000',
  ...more,
});

export async function start(
  provider: Provider,
  entityId: string,
  more: object = {},
  signal = never(),
): Promise<Backup> {
  const started = await provider.startBackup?.(toRequest(entityId, more), signal);
  if (!started?.backup) throw new Error('Borg UI names what it starts');
  return started.backup;
}

export const cancel = (provider: Provider, id: LocalId | number) =>
  provider.cancelBackup?.(String(id), never()) ?? Promise.reject(new Error());
export const readLog = (
  provider: Provider,
  backup: Backup,
  query = whole as { offset: number; limit: number | null },
) => provider.readLog?.(backup, query, never()) ?? Promise.reject(new Error());

export async function get(provider: Provider, id: LocalId | number): Promise<BorgBackup> {
  const [backup] = await provider.getBackups([String(id)], never());
  if (!backup) throw new Error(`there is no backup ${id}`);
  return backup as BorgBackup;
}

export const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );

/** Every row from page to page, and what the pages complained of. */
export async function walk(provider: Provider, filter: Partial<BackupFilter> = {}) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last ? toSortKey(last) : null;
    const read = await page(provider, { after, offset: rows.length, filter: { ...noFilter, ...filter } });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.problems.length > 0) return { ids: rows.map(({ localId }) => localId), problems };
  }
}

/** The product's own way to fail. */
export const answers = (status: number, detail: unknown): Fault => ({
  name: `answers ${status} as Borg UI does`,
  apply({ request, response }) {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
  },
});

export const to = (fragment: string) => ({ match: (_method: string, path: string) => path.includes(fragment) });
