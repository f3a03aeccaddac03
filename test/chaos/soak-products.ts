/** The four products of the soak, each behind a proxy that can fail, and what they truly did. */

import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { globalId } from '../support/gateway.ts';
import { pointAt } from '../support/point-at.ts';

export interface SoakProduct extends AsyncDisposable {
  readonly name: string;
  readonly kind: string;
  readonly proxy: FaultProxy;
  readonly config: object;
  /** Of which backups are started, one at a time each, so that it shows whose is whose. */
  readonly entities: readonly { readonly id: string; readonly externalId: string }[];
  /** External ids of all backups of an entity, also of those that nothing lists yet. */
  readonly backupsOf: (entityId: string) => readonly string[];
  /** Makes every session worthless; null where there are none. */
  readonly endSessions: (() => void) | null;
  readonly canCancel: boolean;
  /** Null: it cannot be told from the record alone. */
  readonly isCancelled: ((externalId: string) => boolean) | null;
  /** What was written to the log, as the product has kept it; null where there are no logs. */
  readonly readLog: ((externalId: string) => Promise<readonly string[]>) | null;
}

/** Backups take a few real seconds. */
const speed = 10;
const common = { speed, history: 30, demo: false } as const;
const limits = { retrySeconds: 0.02, breakerSeconds: 0.5, breakerHalfOpenSeconds: 0.3, headersSeconds: 1 };

type Facts = Omit<SoakProduct, 'name' | 'proxy' | 'config' | 'entities' | typeof Symbol.asyncDispose>;

async function behindProxy(sandbox: Sandbox, entityType: string, ids: readonly string[], more: object, facts: Facts) {
  const proxy = await startFaultProxy(sandbox.url);
  const pointed = pointAt(sandbox.config, sandbox.url, proxy.url) as { readonly name: string };
  const { name } = pointed;
  return {
    ...facts,
    name,
    proxy,
    config: { ...pointed, timeoutSeconds: 1.5, cacheSeconds: 0, limits, ...more },
    entities: ids.map((externalId) => ({ externalId, id: globalId(entityType, name, externalId) })),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await sandbox.close();
    },
  };
}

async function startBorg(): Promise<SoakProduct> {
  const sandbox = await startBorgSandbox({ ...common, manualLimit: 100, logPolicy: 'all_jobs' });
  sandbox.everyRun({ durationSeconds: 40, linesPerSecond: 5 });
  const stored = async (id: string) => {
    const response = await fetch(`${sandbox.url}/api/backup/logs/${id}/stream?offset=0`, {
      headers: { authorization: `Bearer ${sandbox.personalToken}` },
    });
    const { lines } = (await response.json()) as { lines: { content: string }[] };
    const texts = lines.map(({ content }) => content);
    return texts.at(-1) === '' ? texts.slice(0, -1) : texts;
  };
  return behindProxy(
    sandbox,
    'BorgRepository',
    ['/backups/accounting', '/backups/research'],
    {},
    {
      kind: 'borg',
      backupsOf: (path) => sandbox.jobs.filter(({ repository }) => repository === path).map(({ id }) => String(id)),
      endSessions: () => sandbox.expireTokens(),
      canCancel: true,
      isCancelled: (id) => sandbox.jobs.some((job) => String(job.id) === id && job.status === 'cancelled'),
      readLog: stored,
    },
  );
}

async function startFlosum(): Promise<SoakProduct> {
  const sandbox = await startFlosumSandbox({ ...common, connections: 2 });
  sandbox.everyRun({ durationSeconds: 40, logLines: 120 });
  const ids = sandbox.connections.map(({ id }) => String(id));
  const stored = async (id: string) => {
    const job = sandbox.jobs.find((one) => String(one.id) === id);
    const path = `/api/v1/connections/${job?.connectionId}/jobs/${job?.jobId}/logs/details`;
    const response = await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${sandbox.token}` } });
    return (await response.text()).split('\n').filter((line) => line !== '');
  };
  return behindProxy(
    sandbox,
    'SalesforceOrg',
    ids,
    {},
    {
      kind: 'flosum',
      backupsOf: (id) =>
        sandbox.jobs.filter(({ connectionId }) => String(connectionId) === id).map((job) => String(job.id)),
      endSessions: null,
      canCancel: false,
      isCancelled: null,
      readLog: stored,
    },
  );
}

async function startLabii(): Promise<SoakProduct> {
  const sandbox = await startLabiiSandbox({ ...common, generation: 'current' });
  sandbox.postDurationMs = 8_000;
  const ids = sandbox.config.organizations.slice(0, 2).map(({ sid }) => sid);
  return behindProxy(
    sandbox,
    'LabiiOrganization',
    ids,
    { startTimeoutSeconds: 4 },
    {
      kind: 'labii',
      backupsOf: (sid) => sandbox.rows.filter(({ organizationSid }) => organizationSid === sid).map((row) => row.sid),
      endSessions: () => sandbox.expireTokens(),
      canCancel: false,
      isCancelled: null,
      readLog: null,
    },
  );
}

async function startVProtect(): Promise<SoakProduct> {
  const sandbox = await startVProtectSandbox(common);
  sandbox.everyRun({ queuedSeconds: 1, recordSeconds: 0, exportSeconds: 20, storeSeconds: 10 });
  const ids = [vprotectGuid('machine', 1), vprotectGuid('machine', 2)];
  return behindProxy(
    sandbox,
    'VProtectEntity',
    ids,
    {},
    {
      kind: 'vprotect',
      backupsOf: (guid) => sandbox.backups.filter(({ entity }) => entity === guid).map((backup) => backup.guid),
      endSessions: () => sandbox.expireSessions(),
      canCancel: true,
      isCancelled: null,
      readLog: null,
    },
  );
}

export const startProducts = (): Promise<SoakProduct[]> =>
  Promise.all([startBorg(), startFlosum(), startLabii(), startVProtect()]);
