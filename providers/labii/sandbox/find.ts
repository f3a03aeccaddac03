/** The organisation or the backup that a path names. */
import type { SandboxCall } from '../../_kit/sandbox/http.ts';
import { isSerializer, type LabiiRow, type Serializer } from './rows.ts';
import type { LabiiServer } from './server.ts';
import { type Refusal, refusal } from './wire.ts';

interface Place {
  readonly organizationSid: string;
  readonly serializer: Serializer;
  readonly rows: readonly LabiiRow[];
}

export function findPlace(server: LabiiServer, { params }: SandboxCall): Place {
  const { level = '', sid: organizationSid = '', serializer = '' } = params;
  if (level !== 'organization') throw refusal(406, `Wrong level: ${level}. Acceptable levels is organization.`);
  const rows = server.rowsOf(organizationSid);
  if (!rows) throw wrongId();
  checkPermission(server, organizationSid);
  if (!isSerializer(serializer))
    throw refusal(406, `Wrong serializer: ${serializer}. Acceptable serializers are name, list, detail.`);
  return { organizationSid, serializer, rows };
}

const wrongId = (): Refusal => refusal(406, 'Wrong id - the provided sid is not correct');

function checkPermission(server: LabiiServer, organizationSid: string): void {
  if (server.isForbidden(organizationSid)) throw refusal(403, 'You do not have permission to perform this action.');
}

export function findBackup(server: LabiiServer, { params }: SandboxCall): LabiiRow {
  const row = server.find(params.sid ?? '');
  if (!row) throw wrongId();
  checkPermission(server, row.organizationSid);
  return row;
}
