/** What the types of the schema are made of. */
import type { AuditEntry } from '../src/audit/audit-entry.ts';
import type { OperationRecord } from '../src/commands/operation-record.ts';
import type { GatewayError } from '../src/core/errors.ts';
import type { Backup, ProtectedEntity } from '../src/core/model.ts';
import type { Provider } from '../src/core/provider.ts';

export type Row = Provider | Backup | ProtectedEntity | OperationRecord | AuditEntry;

/** Boxed: the executor takes a value that is an Error for a failure of the field. */
export interface UserError {
  readonly error: Pick<GatewayError, 'code' | 'message' | 'isRetryable' | 'field'>;
}
