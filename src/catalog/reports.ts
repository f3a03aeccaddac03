/** Reports: everything that matches, as far as the viewer may see it. */
import { GatewayError } from '../core/errors.ts';
import type { Backup, ProtectedEntity, Ref } from '../core/model.ts';
import type { ListFilter } from '../lists/backup-list.ts';
import type { EntityFilter } from '../lists/entity-list.ts';
import type { Latest } from '../lists/latest.ts';
import { openProtectionReport, type ProtectionRow } from '../lists/protection-report.ts';
import { type BackupReportQuery, openBackupReport, type Report } from '../lists/report.ts';
import { selectProviders } from '../lists/select.ts';
import type { HistoryReads } from './history-reads.ts';
import type { CatalogOptions } from './options.ts';
import type { Reads } from './reads.ts';
import type { Scope } from './scope.ts';

export const backupReports = ['backups.csv', 'backups.jsonl'] as const;
export const protectionReports = ['protection.csv'] as const;

/** What a report is about. It can be written as JSON. */
export type ReportRequest =
  | {
      readonly name: (typeof backupReports)[number];
      readonly filter: ListFilter;
      readonly maxAgeSeconds: number;
    }
  | { readonly name: (typeof protectionReports)[number]; readonly filter: EntityFilter };

/** Each resolves when the first rows are read, and throws GatewayError if the report cannot be whole. */
export class Reports {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;
  readonly #reads: Reads;
  readonly #history: HistoryReads;

  constructor(scope: Scope, options: CatalogOptions, reads: Reads, history: HistoryReads) {
    this.#scope = scope;
    this.#options = options;
    this.#reads = reads;
    this.#history = history;
  }

  /** Throws BAD_USER_INPUT for a provider that the viewer does not see. */
  check({ filter }: ReportRequest): void {
    selectProviders(this.#scope.providers, filter);
  }

  backups(query: BackupReportQuery, signal: AbortSignal): Promise<Report<Backup>> {
    const { listTimeoutMs, history } = this.#options;
    return openBackupReport(this.#scope.providers, listTimeoutMs, query, history, signal);
  }

  protection(filter: EntityFilter, signal: AbortSignal): Promise<Report<ProtectionRow>> {
    /** A filter by state has read them already. */
    const known = new Map<string, Latest>();
    const keyOf = ({ provider, externalId }: ProtectedEntity) => `${provider} ${externalId}`;
    const protectionsOf = async (entities: readonly ProtectedEntity[]) => {
      const asked = entities.filter((entity) => !known.has(keyOf(entity)));
      const found = await this.#reads.newestSuccesses(asked.map(toRef), signal);
      for (const [index, latest] of found.entries()) {
        if (latest instanceof GatewayError) throw latest;
        known.set(keyOf(asked[index] as ProtectedEntity), latest);
      }
      return entities.map((entity) => this.#reads.protection(entity, known.get(keyOf(entity)) as Latest));
    };
    const lastKnownOf = async (entities: readonly ProtectedEntity[]) =>
      (await this.#history.lastKnown(entities.map(toRef))).map((one) => (one instanceof GatewayError ? null : one));
    const reads = { protectionsOf, lastKnownOf };
    return openProtectionReport(this.#scope.providers, this.#options.listTimeoutMs, filter, reads, signal);
  }
}

const toRef = ({ provider, externalId }: ProtectedEntity): Ref => ({ provider, localId: externalId });
