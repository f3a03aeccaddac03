/** Commands for several backups at once. */
import { command } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupRowFragment } from '../../gql/graphql.ts';
import type { Result } from '../../parts/results.tsx';
import { texts } from '../../text/texts.ts';
import { retryBackup } from '../backup/commands.ts';

const Acknowledge = graphql(/* GraphQL */ `
  mutation AcknowledgeWarnings($ids: [ID!]!) {
    acknowledgeBackupWarnings(input: { ids: $ids }) {
      backups {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** As on the screen of one backup: only what has not succeeded, by those who may start. */
export const canRetry = ({ status, entity }: BackupRowFragment): boolean =>
  (status === 'FAILED' || status === 'CANCELLED') && (entity?.allowedActions.length ?? 0) > 0;

export const canAcknowledge = ({ allowedActions }: BackupRowFragment): boolean =>
  allowedActions.includes('ACKNOWLEDGE_WARNINGS');

export const nameOf = ({ entity, name, externalId }: BackupRowFragment): string =>
  entity?.name ?? name ?? texts.backup.numbered(externalId);

/** One after the other, each with a key of its own: the same question again sends the same commands. */
export async function retrySelected(rows: readonly BackupRowFragment[], key: string): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, row] of rows.entries()) {
    const { message, operation } = await retryBackup(row.id, `${key}.${index}`);
    results.push({ id: row.id, name: nameOf(row), message, operation });
  }
  return results;
}

export async function acknowledgeSelected(rows: readonly BackupRowFragment[]): Promise<readonly Result[]> {
  const { data, failure } = await command(Acknowledge, { ids: rows.map(({ id }) => id) });
  const errors = data?.acknowledgeBackupWarnings.userErrors ?? [];
  const errorOf = (index: number) =>
    errors.find(({ field }) => field?.at(-1) === String(index)) ?? errors.find(isOfAll);
  return rows.map((row, index) => ({
    id: row.id,
    name: nameOf(row),
    message: failure?.message ?? errorOf(index)?.message ?? null,
    operation: null,
  }));
}

const isOfAll = ({ field }: { readonly field: readonly string[] | null }): boolean =>
  field === null || !/^\d+$/.test(field.at(-1) ?? '');
