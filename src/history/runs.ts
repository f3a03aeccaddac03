/** Numbers of single runs: the newest of each entity, and those that a backup can be compared with. */
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Run } from '../core/history.ts';
import {
  type Backup,
  type BackupStatus,
  type BackupType,
  backupStatuses,
  isSuccessful,
  type LocalId,
} from '../core/model.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import type { Tables } from '../storage/tables.ts';
import { queuedAt, toSortAt } from './rows.ts';

export interface Runs {
  newestRuns(provider: string, ids: readonly LocalId[], limit: number): Promise<readonly (readonly Run[])[]>;
  runsBefore(backups: readonly Backup[], limit: number): Promise<readonly (readonly Run[])[]>;
}

/** Terms and parameters of one statement are limited. */
const questionsAtOnce = 100;
const successful = backupStatuses.filter(isSuccessful);

type Rows = SelectQueryBuilder<Tables, 'history_backups', object>;

export function createRuns({ db }: Pick<StorageDatabase, 'db'>, health: StorageHealth): Runs {
  /** Also of those that the product does not list any more. */
  const ofEntity = (provider: string, id: LocalId | null): Rows =>
    db
      .selectFrom('history_backups')
      .where('provider', '=', provider)
      .where('entity_id', '=', id)
      .where('status', 'in', successful)
      .where('sort_at', '>', 0);

  const numbered = (rows: Rows, question: number, limit: number) =>
    db
      .selectFrom(
        rows
          .select([
            'external_id',
            'sort_at',
            'status',
            'type',
            'duration',
            'original_bytes',
            'stored_bytes',
            'item_count',
          ])
          .select(sql.lit(question).as('question'))
          .orderBy('sort_at', 'desc')
          .limit(limit)
          .as('newest'),
      )
      .selectAll();

  /** Newest first, one answer for each question. */
  async function answer(questions: readonly Rows[], limit: number): Promise<readonly (readonly Run[])[]> {
    const found = questions.map((): Run[] => []);
    for (let start = 0; start < questions.length; start += questionsAtOnce) {
      const [first, ...others] = questions
        .slice(start, start + questionsAtOnce)
        .map((rows, index) => numbered(rows, start + index, limit));
      if (!first) continue;
      const rows = await health.read(() => others.reduce((all, one) => all.unionAll(one), first).execute());
      for (const row of rows.toSorted((a, b) => b.sort_at - a.sort_at)) {
        found[row.question]?.push({
          externalId: row.external_id,
          startedAt: row.sort_at,
          status: row.status as BackupStatus,
          type: row.type as BackupType,
          durationSeconds: row.duration === null ? null : row.duration / 1_000_000,
          originalBytes: row.original_bytes,
          storedBytes: row.stored_bytes,
          itemCount: row.item_count,
        });
      }
    }
    return found;
  }

  return {
    newestRuns: (provider, ids, limit) =>
      answer(
        ids.map((id) => ofEntity(provider, id).where('sort_at', '<', queuedAt)),
        limit,
      ),
    runsBefore: (backups, limit) =>
      answer(
        backups.map(({ provider, entityId, type, sortedAt }) =>
          ofEntity(provider, entityId).where('type', '=', type).where('sort_at', '<', toSortAt(sortedAt)),
        ),
        limit,
      ),
  };
}
