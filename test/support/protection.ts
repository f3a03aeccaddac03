import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { startGateway } from './gateway.ts';

export const Protections = graphql(`
  query Protections($first: Int, $after: String, $filter: ProtectedEntityFilter) {
    protectedEntities(first: $first, after: $after, filter: $filter) {
      totalCount
      nodes {
        externalId
        provider {
          name
        }
        protection {
          status
          lastSuccessAt
          expectedEverySeconds
          expectedSchedule
          dueAt
          failuresSinceLastSuccess
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      problems {
        provider {
          name
        }
        entity {
          externalId
        }
        code
      }
    }
  }
`);

export const Overdue = graphql(`
  query Overdue($filter: BackupFilter) {
    backupStatistics(filter: $filter) {
      overdueEntities
    }
  }
`);

export const hourMs = 3_600_000;

export const ago = (hours: number, nowMs = Date.now()): string => new Date(nowMs - hours * hourMs).toISOString();

/** As Borg UI writes it. */
export const borgTime = (hours: number, nowMs = Date.now()): string => ago(hours, nowMs).replace('Z', '000+00:00');

export function addBorg(sandbox: BorgSandbox, repository: string, hours: number, status = 'completed'): string {
  // It takes exactly an hour.
  const nowMs = Date.now();
  const times = { started_at: borgTime(hours + 1, nowMs), completed_at: borgTime(hours, nowMs) };
  return String(sandbox.addFinished({ repository, status: status as 'completed', ...times }));
}

export const stopped = { speed: 0, demo: false } as const;

/** Gateway and sandboxes, closed together. */
export async function startOver<S extends Sandbox>(sandbox: S, more: object = {}, others: readonly Sandbox[] = []) {
  const gateway = startGateway({
    providers: [{ ...sandbox.config, ...more }, ...others.map(({ config }) => config)],
  });
  return {
    sandbox,
    ...gateway,
    async protections(filter: object = {}) {
      const { protectedEntities } = await gateway.query(Protections, { first: 200, filter });
      return new Map(protectedEntities?.nodes.map(({ externalId, protection }) => [externalId, protection]));
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all([sandbox, ...others].map((one) => one.close()));
    },
  };
}

export const startEmptyBorg = async (more: object = {}) =>
  startOver(await startBorgSandbox({ ...stopped, history: 0 }), { expectEvery: '24h', entities: {}, ...more });

export const [accounting, research, warehouse, mirror, mail] = [
  '/backups/accounting',
  '/backups/research',
  '/backups/warehouse-laptops',
  '/backups/partner-mirror',
  '/backups/mail',
];

/** Accounting and mail are well; research is late; everything else was never backed up. */
export function addNight(sandbox: BorgSandbox): void {
  addBorg(sandbox, accounting, 2);
  addBorg(sandbox, mail, 3);
  addBorg(sandbox, research, 30);
}
