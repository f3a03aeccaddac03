/** One vProtect sandbox with a provider before it, and a proxy between them that can fail. */
import { expect, vi } from 'vitest';
import { type createVProtectProvider, vprotect } from '../../providers/vprotect/index.ts';
import type { VProtectBackup } from '../../providers/vprotect/map.ts';
import type { VProtectSandbox, VProtectSandboxOptions } from '../../providers/vprotect/sandbox/contract.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { LocalId } from '../../src/core/model.ts';
import { type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import type { SentStart, Started, StartFinding } from '../../src/core/provider-commands.ts';
import { never } from './calls.ts';
import { expectDocumented } from './documented-calls.ts';
import { type Exchange, endToEnd, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type OpenedPage, opened } from './opened.ts';

export const first = vprotectGuid('machine', 1);
export const second = vprotectGuid('machine', 2);
export const nowhere = 'ffffffff-0000-4000-8000-000000000000';

export type VProtectProvider = ReturnType<typeof createVProtectProvider>;

export interface Fixture extends AsyncDisposable {
  readonly sandbox: VProtectSandbox;
  readonly proxy: FaultProxy;
  readonly provider: VProtectProvider;
  /** Another provider of the same server, which has seen nothing yet. The caller closes it. */
  connect(config?: Readonly<Record<string, unknown>>): VProtectProvider;
  /** Requests since the last time that somebody looked, without `/api`: `GET /backups?…`. */
  asked(): string[];
  pass(seconds: number): void;
}

export interface WorldOptions extends VProtectSandboxOptions {
  /** Fields of the configuration that differ from the sandbox's own. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A clock that stands still, and nothing under way, unless said otherwise. */
export async function open({ config = {}, ...options }: WorldOptions = {}): Promise<Fixture> {
  const sandbox = await startVProtectSandbox({ speed: 0, history: 0, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const connect = (more: Readonly<Record<string, unknown>> = {}) => {
    const { destination, ...given } = { ...sandbox.config, url: `${proxy.url}/api`, ...config, ...more };
    const whole = destination === null ? given : { ...given, destination };
    return vprotect.create(vprotect.config.parse(whole)) as VProtectProvider;
  };
  const provider = connect();
  let seen = 0;
  return {
    sandbox,
    proxy,
    provider,
    connect,
    asked() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh.map(({ method, path, query }) => `${method} ${path.slice(4)}${query.size > 0 ? `?${query}` : ''}`);
    },
    pass: (seconds) => sandbox.clock.advance(seconds * 1000),
    async [Symbol.asyncDispose]() {
      await provider.close();
      await proxy.close();
      await sandbox.close();
      expectDocumented('vprotect', sandbox.requests);
      expect(sandbox.catastrophes, 'calls that touched the tasks of everybody').toBe(0);
      const forbidden = sandbox.requests.filter(({ isStray, path }) => isStray || path.includes('for-restore'));
      expect(
        forbidden.map(({ path }) => path),
        'requests that must not be made',
      ).toEqual([]);
    },
  };
}

export const page = (provider: VProtectProvider, query: Partial<PageQuery> = {}): Promise<OpenedPage> =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );

/** Every row from page to page. */
export async function walk(
  provider: VProtectProvider,
  filter: Partial<BackupFilter> = {},
  { direction = 'descending' as ScanDirection, limit = 7 } = {},
): Promise<VProtectBackup[]> {
  const rows: VProtectBackup[] = [];
  for (;;) {
    const last = rows.at(-1);
    const query = { direction, limit, after: last ? toSortKey(last) : null, filter: { ...noFilter, ...filter } };
    const read = await page(provider, query);
    expect(read.problems).toEqual([]);
    rows.push(...(read.rows as VProtectBackup[]));
    if (read.isEnd) return rows;
    expect(read.rows.length).toBeGreaterThan(0);
  }
}

export const idsOf = (rows: readonly { readonly localId: LocalId }[]): LocalId[] => rows.map(({ localId }) => localId);

export async function get(provider: VProtectProvider, id: LocalId): Promise<VProtectBackup> {
  const [backup] = await provider.getBackups([id], never());
  if (!backup) throw new Error(`there is no backup ${id}`);
  return backup as VProtectBackup;
}

const nonce = 'nonce001';

export const start = (provider: VProtectProvider, entityId: LocalId, more: object = {}): Promise<Started> =>
  provider.startBackup?.({ entityId, name: null, description: null, nonce, ...more }, never()) ??
  Promise.reject(new Error());

export const create = (provider: VProtectProvider, entityId: LocalId, settings: Readonly<Record<string, unknown>>) =>
  provider.createBackup?.({ entityId, name: null, description: null, nonce, settings }, never()) ??
  Promise.reject(new Error());

/** `handle` null: the answer was lost. */
export const find = (
  { provider, sandbox }: Fixture,
  entityId: LocalId,
  handle: string | null,
  more: Partial<SentStart> = {},
): Promise<StartFinding> => {
  const sentAt = Math.floor(sandbox.clock.now()) * 1000;
  const sent: SentStart = { entityId, name: null, nonce, mark: null, handle, sentAt, ...more };
  return provider.findStarted?.(sent, never()) ?? Promise.reject(new Error());
};

export const cancel = (provider: VProtectProvider, id: LocalId) =>
  provider.cancelBackup?.(id, never()) ?? Promise.reject(new Error());

export const acknowledge = (provider: VProtectProvider, ids: readonly LocalId[], value = true) =>
  provider.acknowledgeWarnings?.(ids, value, never()) ?? Promise.reject(new Error());

/** Requests whose path has this part, of any method or of one. */
export const to = (part: string, only?: string) => ({
  match: (method: string, path: string) => path.includes(part) && (only === undefined || method === only),
});

/** The product's own way to answer. */
export const answers = (status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Fault => ({
  name: `answers ${status} as vProtect does`,
  apply({ request, response }) {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  },
});

/** Passes everything on, after something was done. */
export const afterwards = (act: (exchange: Exchange) => void): Fault => ({
  name: 'is late',
  async apply(exchange) {
    act(exchange);
    const answer = await exchange.forward();
    exchange.response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    answer.pipe(exchange.response);
  },
});

/** Time goes by for what is kept, without anybody waiting. */
export function letPass(ms: number): void {
  const before = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => before + ms);
}

export const commandsOf = (fixture: Fixture) =>
  fixture.asked().filter((one) => !one.startsWith('GET') && !one.includes('/session'));
