import { labii } from '../../providers/labii/index.ts';
import type { LabiiBackup } from '../../providers/labii/map.ts';
import type { LabiiSandbox, LabiiSandboxOptions } from '../../providers/labii/sandbox/contract.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import { never } from './calls.ts';
import { expectDocumented } from './documented-calls.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { opened } from './opened.ts';

interface Fixture extends AsyncDisposable {
  readonly sandbox: LabiiSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /v1/…?…`. */
  asked(): string[];
}

export interface Options extends LabiiSandboxOptions {
  /** Fields of the configuration; the API key unless given. */
  readonly as?: (sandbox: LabiiSandbox) => Readonly<Record<string, unknown>>;
}

export const byApiKey = ({ apiKey }: LabiiSandbox) => ({ apiKey });
export const byPassword = ({ config: { username, password } }: LabiiSandbox) => ({ username, password });

export async function open({ as = byApiKey, ...options }: Options = {}): Promise<Fixture> {
  const sandbox = await startLabiiSandbox({ speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const url = proxy.url + (sandbox.generation === 'v1' ? '/v1' : '');
  const { organizations } = sandbox.config;
  const provider = labii.create(labii.config.parse({ name: 'eln', kind: 'labii', url, organizations, ...as(sandbox) }));
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
      expectDocumented('labii', sandbox.requests);
    },
  };
}

export const [alpha, beta, gamma] = ['og4Rk2mPz81Qd', 'ogT19cVbe7x3L', 'og0yWn6Hs5uJf'] as const;
export const listOf = (sid: string, serializer = 'list') =>
  `/v1/organizations/backup/list/organization/${sid}/${serializer}/`;

export const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );
export const count = (provider: Provider, filter: Partial<BackupFilter> = {}) =>
  provider.countBackups({ ...noFilter, ...filter }, never());

export async function get(provider: Provider, id: string): Promise<LabiiBackup> {
  const [backup] = await provider.getBackups([id], never());
  if (!backup) throw new Error(`there is no backup ${id}`);
  return backup as LabiiBackup;
}

export async function walk(provider: Provider, more: Partial<PageQuery> = {}, between: () => void = () => undefined) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const read = await page(provider, {
      limit: 25,
      ...more,
      after: last ? toSortKey(last) : null,
      offset: rows.length,
    });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.rows.length === 0) return { rows, problems };
    between();
  }
}

export const sidsOf = (rows: readonly Backup[]) => rows.map(({ externalId }) => externalId);

/** The product's own way to answer. */
export const answers = (status: number, body: unknown): Fault => ({
  name: `answers ${status} as Labii does`,
  apply({ request: asked, response }) {
    asked.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  },
});

export const request = { name: null, description: null, nonce: 'n0000001' };
export const start = (provider: Provider, entityId: string, more: object = {}, signal = never()) =>
  provider.startBackup?.({ ...request, entityId, ...more }, signal) ?? Promise.reject(new Error('it cannot start'));
export const mark = (provider: Provider, entityId: string) =>
  provider.markStart?.(entityId, never()) ?? Promise.reject(new Error());
