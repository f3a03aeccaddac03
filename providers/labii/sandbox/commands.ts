/** Starting, changing and deleting a backup. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { findBackup, findPlace } from './find.ts';
import { getBackup } from './lists.ts';
import { toWire } from './rows.ts';
import type { LabiiServer } from './server.ts';
import { readFields, readText, serverError } from './wire.ts';

/** Each call starts a backup. v1 answers when it has ended; the current generation at once, with a running row. */
export async function createBackup(server: LabiiServer, call: SandboxCall): Promise<SandboxReply | null> {
  const { organizationSid, serializer } = findPlace(server, call);
  const run = server.start(organizationSid, true);
  const status = server.postStatus;
  if (server.generation === 'v1') await server.endOf(run);
  if (run.outcome === 'cut') return cut(call);
  const row = server.find(run.sid);
  return row ? { status, body: toWire(row, server.generation, serializer) } : serverError();
}

function cut({ response }: SandboxCall): null {
  // The record of requests then says that no status was ever sent.
  response.statusCode = 0;
  response.destroy();
  return null;
}

/** Changes only the name and the description; other fields are ignored. */
export function changeBackup(server: LabiiServer, call: SandboxCall): SandboxReply {
  const row = findBackup(server, call);
  const fields = readFields(call);
  const name = readText(fields, 'name', row.name);
  const description = readText(fields, 'description', row.description);
  Object.assign(row, { name, description });
  return getBackup(server, call);
}

export function deleteBackup(server: LabiiServer, call: SandboxCall): SandboxReply {
  server.removeBackup(findBackup(server, call).sid);
  return { status: 204 };
}
