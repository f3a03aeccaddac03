/** Gateways of this process on one PostgreSQL, over one product. */
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { Product } from '../../providers/product.ts';
import type { Waits } from '../../src/storage/postgres-pool.ts';
import { waitForStorage } from '../../src/storage/storage.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { startGateway } from './gateway.ts';
import { type PostgresServer, run } from './postgres.ts';

const isList = ({ method, path }: { method: string; path: string }) =>
  method === 'GET' && /\/jobs$|activity/.test(path);

export interface ClusterOptions {
  readonly limits?: object;
  readonly auth?: object;
  readonly products?: readonly Product[];
  readonly history?: object;
  /** Greater where nobody is lost, however busy the machine is. */
  readonly takeoverMs?: number;
  /** The configuration of the product; by default each gateway reaches it through a proxy of its own. */
  readonly configure?: (config: SandboxConfig) => object;
  /** How the gateways reach the database. */
  readonly through?: (url: string) => { readonly url: string; readonly listenUrl?: string; readonly waits?: Waits };
}

type SandboxConfig = Awaited<ReturnType<typeof startBorgSandbox>>['config'];

const waiting = { waitMs: 0, onWait: () => undefined };

/** Gateways on one database, over one product. Each reaches it through a proxy of its own, which counts. */
export async function startReplicas(
  server: PostgresServer,
  count: number,
  {
    limits = {},
    takeoverMs = 2_000,
    through = (url) => ({ url }),
    configure = () => ({}),
    ...options
  }: ClusterOptions = {},
) {
  const url = await server.database();
  const { url: used, ...listening } = through(url);
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const startReplica = async () => {
    const proxy = await startFaultProxy(sandbox.config.url);
    const storage = await waitForStorage(used, { ...waiting, takeoverMs, ...listening });
    const gateway = startGateway({
      providers: [{ ...sandbox.config, url: proxy.url, cacheSeconds: 60, ...configure(sandbox.config) }],
      storage,
      limits,
      ...options,
    });
    let isOpen = true;
    return {
      proxy,
      gateway,
      storage,
      lists: () => proxy.requests.filter(isList).length,
      async close() {
        if (isOpen) await gateway[Symbol.asyncDispose]();
        isOpen = false;
        await proxy.close();
      },
    };
  };
  const replicas = await Promise.all(Array.from({ length: count }, startReplica));
  return {
    url,
    sandbox,
    replicas,
    /** Starts one more. */
    async add() {
      const added = await startReplica();
      replicas.push(added);
      return added;
    },
    /** The index of the gateway that has a lease whose name begins so; -1 while none has. */
    holder: async (name = 'poll files') => {
      const [row] = await run(url, `SELECT holder FROM backplane.leases WHERE starts_with(name, '${name}')`);
      return replicas.findIndex(({ storage }) => storage.replica?.id === row?.['holder']);
    },
    async [Symbol.asyncDispose]() {
      for (const replica of replicas) await replica.close();
      await sandbox.close();
    },
  };
}
