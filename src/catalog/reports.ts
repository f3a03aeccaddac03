/** Reports: everything that matches, as far as the viewer may see it. */
import type { Backup } from '../core/model.ts';
import type { ListFilter } from '../lists/backup-list.ts';
import { openBackupReport, type Report } from '../lists/report.ts';
import type { CatalogOptions } from './options.ts';
import type { Scope } from './scope.ts';

export const reportNames = ['backups.csv', 'backups.jsonl'] as const;

/** What a report is about. It can be written as JSON. */
export interface ReportRequest {
  readonly name: (typeof reportNames)[number];
  readonly filter: ListFilter;
  readonly maxAgeSeconds: number;
}

export class Reports {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  /** Resolves when the first rows are read; throws GatewayError if the report cannot be whole. */
  open(request: ReportRequest, signal: AbortSignal): Promise<Report<Backup>> {
    const { listTimeoutMs, history } = this.#options;
    return openBackupReport(this.#scope.providers, listTimeoutMs, request, history, signal);
  }
}
