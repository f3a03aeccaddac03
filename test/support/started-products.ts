/** The four products for commands of several programs: one of them reaches its product through a proxy. */
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { globalId } from './gateway.ts';
import { pointAt } from './point-at.ts';

export interface StartedProduct extends AsyncDisposable {
  readonly kind: string;
  readonly config: object;
  /** Through the proxy. */
  readonly proxied: object;
  readonly proxy: FaultProxy;
  readonly entityId: string;
  /** Requests to the product that start a backup. */
  readonly isStart: (method: string, path: string) => boolean;
  /** Backups that were started since it was opened. */
  readonly started: () => number;
  /** Starts that the product got, whoever sent them. */
  readonly sent: () => number;
  /** Ends what runs: most products run one backup of an entity at a time. */
  readonly end: () => void;
}

/** They have the time of the programs, by which a start that was lost is found. */
const common = { speed: 1, history: 5, demo: false } as const;

async function opened(
  kind: string,
  sandbox: Sandbox,
  entity: readonly [type: string, id: string],
  starts: RegExp,
  backups: () => number,
): Promise<StartedProduct> {
  const proxy = await startFaultProxy(sandbox.url);
  const before = backups();
  const isStart = (method: string, path: string) => method === 'POST' && starts.test(path);
  return {
    kind,
    config: sandbox.config,
    proxied: pointAt(sandbox.config, sandbox.url, proxy.url) as object,
    proxy,
    entityId: globalId(entity[0], String(sandbox.config['name']), entity[1]),
    isStart,
    started: () => backups() - before,
    sent: () => sandbox.requests.filter(({ method, path }) => isStart(method, path)).length,
    end: () => sandbox.clock.advance(5_000),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await sandbox.close();
    },
  };
}

const openers = {
  async borg() {
    const sandbox = await startBorgSandbox({ ...common, manualLimit: 1_000 });
    sandbox.everyRun({ durationSeconds: 4 });
    const entity = ['BorgRepository', '/backups/accounting'] as const;
    return opened('borg', sandbox, entity, /^\/api\/backup\/start$/, () => sandbox.jobs.length);
  },
  async flosum() {
    const sandbox = await startFlosumSandbox({ ...common, connections: 2 });
    sandbox.everyRun({ durationSeconds: 4 });
    sandbox.visibleAfterMs = 0;
    const entity = ['SalesforceOrg', String(sandbox.connections[0]?.id)] as const;
    return opened('flosum', sandbox, entity, /\/backups\/backup$/, () => sandbox.jobs.length);
  },
  async labii() {
    const sandbox = await startLabiiSandbox({ ...common, generation: 'current' });
    sandbox.postDurationMs = 0;
    const entity = ['LabiiOrganization', String(sandbox.config.organizations[0]?.sid)] as const;
    return opened('labii', sandbox, entity, /^\/organizations\/backup\/list\//, () => sandbox.billed);
  },
  async vprotect() {
    const sandbox = await startVProtectSandbox(common);
    sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0, exportSeconds: 2, storeSeconds: 2 });
    const entity = ['VProtectEntity', vprotectGuid('machine', 1)] as const;
    const exports = () => sandbox.tasks.filter(({ type }) => JSON.stringify(type).includes('EXPORT')).length;
    return opened('vprotect', sandbox, entity, /\/api\/tasks\/export/, exports);
  },
};

export type ProductKind = keyof typeof openers;
export const productKinds = Object.keys(openers) as readonly ProductKind[];
export const openProduct = (kind: ProductKind): Promise<StartedProduct> => openers[kind]();
