/** One product that can fail and one that does not, behind one gateway. */
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { capabilitiesOf } from '../../src/core/provider.ts';
import type { CallName, ChaosCall } from './chaos-calls.ts';
import type { FaultRow } from './chaos-table.ts';
import { type ActiveFault, type FaultProxy, type ProxiedRequest, startFaultProxy } from './fault-proxy.ts';
import { globalId, startGateway, type TestGateway } from './gateway.ts';
import { pointAt } from './point-at.ts';

/** What the suite has to know of a product. */
export interface ChaosProduct {
  readonly kind: string;
  readonly backupType: string;
  readonly entityType: string;
  /** A server that stands still, with little in it. */
  readonly open: (options: { readonly now?: number }) => Promise<ChaosSandbox>;
  /** The request that logs in; null where the configuration holds a token. */
  readonly isLogin: ((method: string, path: string) => boolean) | null;
  readonly isLog: (path: string) => boolean;
  readonly isLogText?: true;
  /** A lost answer to the command is no riddle: the product shows whose doing it was. */
  readonly proves: Readonly<Record<'start' | 'cancel', boolean>>;
  /** How many deadlines of a read a call may take; 1 unless given. */
  readonly patience?: Partial<Record<CallName, number>>;
  readonly exceptions?: readonly Exception[];
}

/** Where a product differs from a row of the table, and why. */
export interface Exception {
  readonly fault: string;
  readonly call: CallName;
  readonly because: string;
  readonly told: string;
  /** As the row says unless given. */
  readonly tries?: number;
}

export interface ChaosSandbox {
  readonly sandbox: Sandbox;
  readonly ids: Readonly<Record<'finished' | 'logged' | 'running' | 'entity', string>>;
  /** Backups that the product was asked for, whether they show yet or not. */
  readonly asked: () => number;
  /** Null: there is no such session. */
  readonly endSessions: (() => void) | null;
  readonly isCancelled: (id: string) => boolean;
}

export interface ChaosWorld extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly name: string;
  /** The healthy one. */
  readonly other: string;
  readonly timeoutMs: number;
  readonly ids: ChaosSandbox['ids'];
  readonly asked: () => number;
  readonly isCancelled: () => boolean;
  /** The row's fault, for the requests of the call. */
  break(): Promise<ActiveFault | null>;
  /** Requests of the call since it broke, and no others. */
  requests(): readonly ProxiedRequest[];
}

/** Waits are short, and nothing that stands in the way of counting: the breaker has tests of its own. */
const limits = { retrySeconds: 0.01, breakerCalls: 1000, breakerMinimumCalls: 1000 };
/** A request of a client has so many deadlines of a read in all. */
export const wholeDeadlines = 6;

export async function openChaosWorld(
  product: ChaosProduct,
  healthy: Sandbox,
  row: FaultRow,
  call: ChaosCall,
  timeoutMs: number,
): Promise<ChaosWorld> {
  const opened = await product.open(row.behindMs === undefined ? {} : { now: Date.now() - row.behindMs });
  const { sandbox } = opened;
  const proxy = await startFaultProxy(sandbox.url);
  const timeoutSeconds = timeoutMs / 1000;
  const config = pointAt(sandbox.config, sandbox.url, proxy.url) as { name: string };
  const patience = product.kind === 'labii' ? { startTimeoutSeconds: timeoutSeconds } : {};
  const gateway = startGateway({
    providers: [
      { ...config, timeoutSeconds, limits, ...patience },
      { ...healthy.config, timeoutSeconds: 60 },
    ],
    limits: { requestSeconds: wholeDeadlines * timeoutSeconds },
    ledger: { reconcileSeconds: 0.2, answerWithinSeconds: 60 },
  });
  const { name } = config;
  const other = String(healthy.config['name']);
  const isLogin = product.isLogin ?? (() => false);
  const isHit: Record<ChaosCall['hits'], (method: string, path: string) => boolean> = {
    reads: (method, path) => method === 'GET' && !isLogin(method, path),
    logs: (_method, path) => product.isLog(path),
    commands: (method, path) => method !== 'GET' && !isLogin(method, path),
    logins: isLogin,
  };
  // Whatever is asked only once is known before it breaks, but for a login that is to break.
  if (call.hits !== 'logins') await gateway.askText('{ backups(first: 1) { nodes { id } } }');
  let before = proxy.requests.length;
  const local = opened.ids;
  return {
    gateway,
    proxy,
    name,
    other,
    timeoutMs,
    ids: {
      finished: globalId(product.backupType, name, local.finished),
      logged: globalId(product.backupType, name, local.logged),
      running: globalId(product.backupType, name, local.running),
      entity: globalId(product.entityType, name, local.entity),
    },
    asked: opened.asked,
    isCancelled: () => opened.isCancelled(local.running),
    async break() {
      before = proxy.requests.length;
      if (row.fault === 'nothing listens') await proxy.close();
      else if (row.fault === 'an ended session') opened.endSessions?.();
      else {
        const times = row.times === undefined ? {} : { times: row.times };
        return proxy.fail(row.fault, { match: row.isEverywhere ? () => true : isHit[call.hits], ...times });
      }
      return null;
    },
    requests: () => proxy.requests.slice(before).filter(({ method, path }) => isHit[call.hits](method, path)),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

/** What the product can do, and so which calls there are. */
export async function abilitiesOf(product: ChaosProduct): Promise<ReadonlySet<string>> {
  const { sandbox, endSessions } = await product.open({});
  await using gateway = startGateway({ providers: [sandbox.config] });
  const abilities = new Set<string>(gateway.app.providers.flatMap((provider) => capabilitiesOf(provider)));
  await sandbox.close();
  if (product.isLogin) abilities.add('LOGIN');
  if (endSessions) abilities.add('SESSION');
  return abilities;
}
