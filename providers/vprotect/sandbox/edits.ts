/** Changing a backup: its description, its warnings, and whether they are acknowledged. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { type Listed, toDetails, toListRecord } from './backups.ts';
import { findBackup, findEntity } from './find.ts';
import type { VProtectServer } from './server.ts';
import { isObject, ok, Refusal, readArray, readGuid, readJson, readObject } from './wire.ts';

export type ToWire = typeof toDetails;

type Change = Partial<Listed['facts']>;

/** Answers 204, or the documented body. */
function change(server: VProtectServer, call: SandboxCall, changed: Change, toWire: ToWire = toDetails): SandboxReply {
  const { backup, facts } = findBackup(server, call.params['guid'] ?? '');
  backup.fixed = { ...backup.fixed, ...changed };
  if (!server.printsBodies) return { status: 204 };
  return ok(toWire({ backup, facts: { ...facts, ...changed } }, server.word, server.isBare));
}

export function acknowledge(server: VProtectServer, call: SandboxCall): SandboxReply {
  const { value } = readObject(call);
  if (typeof value !== 'boolean') throw new Refusal(400, 'value is true or false');
  return change(server, call, { warningsAcknowledged: value });
}

export function setDescription(server: VProtectServer, call: SandboxCall): SandboxReply {
  const { value } = readObject(call);
  if (typeof value !== 'string') throw new Refusal(400, 'value is a text');
  return change(server, call, { description: value }, toListRecord);
}

export function setWarnings(server: VProtectServer, call: SandboxCall): SandboxReply {
  const warnings = readArray(readJson(call), 'warnings').map((one) => {
    const text = isObject(one) ? one['value'] : null;
    if (typeof text !== 'string') throw new Refusal(400, 'value is a text');
    return text;
  });
  return change(server, call, { warnings });
}

/** By backup or by entity. The other three lists are of objects that this sandbox does not have. */
export function acknowledgeBatch(server: VProtectServer, call: SandboxCall): SandboxReply {
  const body = readObject(call);
  const guidsOf = (name: string) => readArray(body[name] ?? [], name).map((one) => readGuid(one, name));
  const named = guidsOf('backups').map((guid) => findBackup(server, guid));
  const entities = new Set(guidsOf('protectedEntities').map((guid) => findEntity(server, guid).guid));
  const warned = server.visibleBackups().filter(({ facts }) => entities.has(facts.entity) && facts.warnings.length > 0);
  const touched = [...named, ...warned];
  for (const { backup } of touched) backup.fixed = { ...backup.fixed, warningsAcknowledged: true };
  if (!server.printsBodies) return { status: 204 };
  const after = touched.map(({ backup, facts }) => ({ backup, facts: { ...facts, warningsAcknowledged: true } }));
  return ok(after.map((row) => toDetails(row, server.word, server.isBare)));
}
