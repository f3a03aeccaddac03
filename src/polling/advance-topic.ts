/** Brings the topic of one watched backup up to date with what a poll has read. */
import { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { type Backup, isFinished, isSettled } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import type { LogBuffers } from '../replay/log-buffers.ts';
import { readLogInto } from '../replay/log-reading.ts';
import type { WatchedBackup } from './watched-backup.ts';

interface AdvanceOptions {
  readonly provider: Provider;
  readonly observed: ObservedState;
  readonly buffers: LogBuffers;
  readonly signal: AbortSignal;
}

/** Updates the log if it is wanted, then the state, then the end. `read` is null if the provider has no such backup. */
export async function advanceTopic(
  topic: WatchedBackup,
  read: Backup | null,
  { provider, observed, buffers, signal }: AdvanceOptions,
): Promise<void> {
  if (!read) {
    topic.update({ end: new GatewayError('NOT_FOUND', `${provider.name} no longer has this backup.`) });
    return;
  }
  const isLogWanted = topic.logWatchers > 0 || topic.isLogWantedElsewhere;
  if (isLogWanted) {
    const options = { buffers, provider, signal, lease: topic.lease };
    // A product may delete the live log at the end of a run, so its remaining lines are read first.
    if (isFinished(read.status) && !isFinished(topic.backup.status) && !topic.buffer.hasEnd)
      await readLogInto(topic.buffer, { ...options, backup: topic.backup }).catch(ignoreMissingLog);
    await readLogInto(topic.buffer, { ...options, backup: read });
    await buffers.save(read, topic.buffer);
  }
  topic.hasReadLog = isLogWanted;
  const refined = isFinished(read.status) ? read : (provider.refineFromLog?.(read, topic.buffer.newest(50)) ?? read);
  const backup = observed.note(refined);
  topic.show(backup, isSettled(backup));
}

/** Updates the topic once for each error code, and keeps the start of the outage. */
export function stall(topic: WatchedBackup, problem: Problem): void {
  if (topic.outage?.problem.error.code === problem.error.code) return;
  topic.update({ outage: { since: topic.outage?.since ?? now(), problem } });
}

/** The live log of a run that has just ended may be gone. The stored log is read next and reports real failures. */
const ignoreMissingLog = (error: unknown): void => {
  if (!(error instanceof GatewayError)) throw error;
};
