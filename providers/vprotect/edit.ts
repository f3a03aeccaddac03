/** Changing the description and the warnings of a backup. Replies may be empty, so each change is read again. */
import { GatewayError } from '../../src/core/errors.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, noSuchBackup } from '../_kit/errors.ts';
import type { Finder } from './find.ts';
import { isGuid } from './guid.ts';
import type { VProtectBackup } from './map.ts';
import { changeReply } from './wire.ts';

interface Edits {
  describe(id: LocalId, description: string, signal: AbortSignal): Promise<VProtectBackup>;
  warn(id: LocalId, warnings: readonly string[], signal: AbortSignal): Promise<VProtectBackup>;
  acknowledge(ids: readonly LocalId[], value: boolean, signal: AbortSignal): Promise<(VProtectBackup | GatewayError)[]>;
}

const parallelWrites = 8;

export interface EditsOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly finder: Finder;
  /** Called after each change, also if its outcome is not known. */
  readonly onChange: () => void;
}

export function createEdits({ provider, upstream, finder, onChange }: EditsOptions): Edits {
  const put = (to: string, json: unknown, signal: AbortSignal): Promise<unknown> =>
    upstream.command(to, { schema: changeReply, method: 'PUT', json }, signal).finally(onChange);

  async function readAgain(ids: readonly LocalId[], signal: AbortSignal): Promise<(VProtectBackup | null)[]> {
    return finder.find(ids, signal).catch((cause: unknown) => {
      throw new GatewayError('OUTCOME_UNKNOWN', `${provider} took the change, but does not show it.`, { cause });
    });
  }

  async function change(id: LocalId, to: (guid: string) => string, json: unknown, signal: AbortSignal) {
    if (!isGuid(id)) throw noSuchBackup(provider);
    await put(to(id), json, signal);
    const [backup] = await readAgain([id], signal);
    // It existed when the product accepted the change.
    if (!backup)
      throw new GatewayError('OUTCOME_UNKNOWN', `${provider} took the change, but shows the backup no more.`);
    return backup;
  }

  /** Null if the change succeeded. */
  async function acknowledgeOne(guid: string, value: boolean, signal: AbortSignal): Promise<GatewayError | null> {
    try {
      await put(path`/backups/${guid}/warnings-acknowledged`, { value }, signal);
      return null;
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }

  async function acknowledgeEach(guids: readonly string[], value: boolean, signal: AbortSignal) {
    const results = await mapBounded(guids, parallelWrites, (guid) => acknowledgeOne(guid, value, signal));
    return new Map(guids.map((guid, index) => [guid, results[index] ?? null]));
  }

  /**
   * The product has a batch call only for `true`. One unknown id fails the whole batch, and its form is known only
   * from an unfinished client: a refused batch is sent again one by one.
   */
  async function send(guids: readonly string[], value: boolean, signal: AbortSignal) {
    if (!isBatch(guids, value)) return acknowledgeEach(guids, value, signal);
    const others = { protectedEntities: [], snapshots: [], restoreJobs: [], backupDestinations: [] };
    try {
      await put('/backups/warnings-acknowledged', { backups: guids.map((guid) => ({ guid })), ...others }, signal);
      return new Map<string, GatewayError | null>(guids.map((guid) => [guid, null]));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (isCode(error, 'NOT_FOUND', 'BAD_USER_INPUT', 'CONFLICT')) return acknowledgeEach(guids, value, signal);
      return new Map(guids.map((guid) => [guid, error]));
    }
  }

  /** Repeats one by one what an accepted batch did not change. */
  async function repeatUndone(backups: readonly (VProtectBackup | null)[], value: boolean, signal: AbortSignal) {
    const undone = backups.flatMap((backup) => (backup?.details.warningsAcknowledged === !value ? backup.localId : []));
    return undone.length === 0 ? null : acknowledgeEach(undone, value, signal);
  }

  async function acknowledge(ids: readonly LocalId[], value: boolean, signal: AbortSignal) {
    const guids = [...new Set(ids)].filter(isGuid);
    const results = guids.length === 0 ? new Map<string, GatewayError | null>() : await send(guids, value, signal);
    const done = guids.filter((guid) => results.get(guid) === null);
    try {
      let read = await readAgain(done, signal);
      const repeated = isBatch(guids, value) ? await repeatUndone(read, value, signal) : null;
      if (repeated) {
        for (const [guid, result] of repeated) results.set(guid, result);
        read = await readAgain(done, signal);
      }
      const byId = new Map(done.map((guid, index) => [guid, read[index] ?? null]));
      return ids.map((id) => results.get(id) ?? byId.get(id) ?? noSuchBackup(provider));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return ids.map((id) => results.get(id) ?? (done.includes(id) ? error : noSuchBackup(provider)));
    }
  }

  return {
    describe: (id, value, signal) => change(id, (guid) => path`/backups/${guid}/description`, { value }, signal),
    warn: (id, warnings, signal) =>
      change(
        id,
        (guid) => path`/backups/${guid}/warnings`,
        warnings.map((value) => ({ value })),
        signal,
      ),
    acknowledge,
  };
}

const isBatch = (guids: readonly string[], value: boolean): boolean => value && guids.length > 1;
