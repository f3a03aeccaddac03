/** Pages whose rows are read whole, as tests look at them. */
import type { Backup } from '../../src/core/model.ts';
import type { BackupPage } from '../../src/core/provider.ts';

export interface OpenedPage extends Omit<BackupPage, 'rows'> {
  readonly rows: readonly Backup[];
}

export async function opened(reading: Promise<BackupPage>): Promise<OpenedPage> {
  const page = await reading;
  return { ...page, rows: page.rows.map((row) => row.open()) };
}
