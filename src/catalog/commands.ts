/** Everything that changes something. Starts and cancels go through the ledger. */

import { onOperation } from '../commands/command-scope.ts';
import type { CancelOutcome, Command, StartOutcome } from '../commands/ledger-contract.ts';
import type { OperationKind } from '../commands/operation-record.ts';
import { badInput, GatewayError } from '../core/errors.ts';
import { type Backup, isFinished, isSuccessful, type LocalId, type Ref } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { CreateRequest, StartRequest } from '../core/provider-commands.ts';
import { toWellFormed, toWellFormedValue } from '../core/unicode.ts';
import type { CatalogOptions } from './options.ts';
import { cannot, type Scope } from './scope.ts';

/** What the caller of a start gives besides the entity. */
export interface StartCommand extends Pick<StartRequest, 'name' | 'description'> {
  readonly idempotencyKey: string | null;
  readonly batch?: Batch;
}

/** The batch that a start is one of. */
export interface Batch {
  /** All of its entities: with the key of another batch it is CONFLICT. */
  readonly entities: readonly string[];
  /** Called when the start is in the ledger. */
  readonly opened: () => void;
}

export const maxAcknowledged = 100;

export class Commands {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  async start(entity: Ref, { idempotencyKey, batch, ...given }: StartCommand): Promise<StartOutcome> {
    const text = toWellFormedValue(given);
    const provider = this.#scope.commanded(entity, ['input', 'entityId']);
    const { startBackup } = provider;
    if (!startBackup) throw cannot(provider, 'START_BACKUP');
    const command = this.#command(provider, 'START', {
      entityId: entity.localId,
      name: text.name,
      idempotencyKey,
      asked: batch ? { ...text, batch: batch.entities } : text,
      recorded: { ...text, settings: null },
    });
    const start = () =>
      this.#options.ledger.start(command, (nonce, signal) =>
        startBackup.call(provider, { entityId: entity.localId, nonce, ...text }, signal),
      );
    return this.#noted(await (batch ? onOperation(batch.opened, start) : start()));
  }

  /** With the settings of one product, `kind`. */
  async create(
    kind: string,
    entity: Ref,
    { idempotencyKey, ...given }: StartCommand & Pick<CreateRequest, 'settings'>,
  ): Promise<StartOutcome> {
    const request = toWellFormedValue(given);
    const field = ['input', kind, 'entityId'];
    const provider = this.#scope.commanded(entity, field);
    const { createBackup } = provider;
    if (provider.kind !== kind) {
      const message = `That entity belongs to "${provider.name}", which is of kind ${provider.kind}: use the input "${provider.kind}".`;
      throw new GatewayError('BAD_USER_INPUT', message, { field });
    }
    if (!createBackup) throw cannot(provider, 'CREATE_BACKUP');
    const command = this.#command(provider, 'CREATE', {
      entityId: entity.localId,
      name: request.name,
      idempotencyKey,
      asked: request,
      recorded: request,
    });
    return this.#noted(
      await this.#options.ledger.start(command, (nonce, signal) =>
        createBackup.call(provider, { entityId: entity.localId, nonce, ...request }, signal),
      ),
    );
  }

  /** By the product's own command where it has one, otherwise as a new start with the settings that were recorded. */
  async retry(ref: Ref, idempotencyKey: string | null, signal: AbortSignal): Promise<StartOutcome> {
    const provider = this.#scope.commanded(ref, ['input', 'id']);
    const backup = await this.#retried(provider, ref, signal);
    const { entityId } = backup;
    const { retryBackup } = provider;
    const asked = { retryOf: backup.localId };
    if (retryBackup) {
      const command = this.#command(provider, 'RETRY', { entityId, idempotencyKey, asked });
      const send = (_nonce: string, sending: AbortSignal) => retryBackup.call(provider, backup, sending);
      return this.#noted(await this.#options.ledger.start(command, send));
    }
    const recorded = await this.#options.ledger.recordedOf(provider.name, backup.localId);
    if (!recorded || entityId === null) throw notRecorded(provider);
    const { name, description, settings } = recorded;
    const command = this.#command(provider, 'RETRY', { entityId, name, idempotencyKey, asked, recorded });
    return this.#noted(
      await this.#options.ledger.start(command, async (nonce, sending) => {
        const request = { entityId, name, description, nonce };
        const started = settings
          ? provider.createBackup?.({ ...request, settings }, sending)
          : provider.startBackup?.(request, sending);
        if (!started) throw cannot(provider, settings ? 'CREATE_BACKUP' : 'START_BACKUP');
        return started;
      }),
    );
  }

  /** A backup that has ended without success, as it is now. */
  async #retried(provider: Provider, { localId }: Ref, signal: AbortSignal): Promise<Backup> {
    const field = ['input', 'id'];
    const [backup] = await this.#options.fresh(provider).getBackups([localId], signal);
    if (!backup) throw new GatewayError('NOT_FOUND', 'There is no such backup.', { field });
    if (isFinished(backup.status) && !isSuccessful(backup.status)) return backup;
    const message = `This backup is ${backup.status}: only one that failed, was cancelled or was skipped is retried.`;
    throw new GatewayError('CONFLICT', message, { field });
  }

  async cancel(ref: Ref): Promise<CancelOutcome> {
    const provider = this.#scope.commanded(ref, ['input', 'id']);
    const { cancelBackup } = provider;
    if (!cancelBackup) throw cannot(provider, 'CANCEL_BACKUP');
    const command = this.#command(provider, 'CANCEL', { backupId: ref.localId });
    const { operation, result } = await this.#options.ledger.cancel(command, (signal) =>
      cancelBackup.call(provider, ref.localId, signal),
    );
    if (!result) return { operation, result };
    const { observed, hub, fresh } = this.#options;
    const isOver = isFinished(result.backup.status);
    // Watchers see that it is being cancelled, also where the product has done it before it answers.
    const { status } = result.backup;
    if (status === 'CANCELLED') hub.cancelling(fresh(provider), ref.localId);
    const backup = isOver ? observed.apply(result.backup) : observed.noteCancelRequested(result.backup);
    hub.changed(fresh(provider), backup);
    return { operation, result: { ...result, backup } };
  }

  async updateDescription(ref: Ref, description: string, signal: AbortSignal): Promise<Backup> {
    const provider = this.#scope.commanded(ref, ['input', 'id']);
    if (!provider.updateDescription) throw cannot(provider, 'UPDATE_DESCRIPTION');
    const before = await this.#before(provider, [ref.localId], signal);
    return this.#edited(
      provider,
      before,
      await provider.updateDescription(ref.localId, toWellFormed(description), signal),
    );
  }

  async updateWarnings(ref: Ref, warnings: readonly string[], signal: AbortSignal): Promise<Backup> {
    const provider = this.#scope.commanded(ref, ['input', 'id']);
    if (!provider.updateWarnings) throw cannot(provider, 'UPDATE_WARNINGS');
    const before = await this.#before(provider, [ref.localId], signal);
    return this.#edited(
      provider,
      before,
      await provider.updateWarnings(ref.localId, toWellFormedValue(warnings), signal),
    );
  }

  /** One answer for each, in the same order; one call for each provider. An id that does not exist for the viewer is NOT_FOUND. */
  async acknowledgeWarnings(
    refs: readonly Ref[],
    acknowledged: boolean,
    signal: AbortSignal,
  ): Promise<readonly (Backup | GatewayError)[]> {
    if (refs.length > maxAcknowledged) {
      throw badInput(`"ids" has ${refs.length} ids; at most ${maxAcknowledged} are taken at once.`, ['input', 'ids']);
    }
    const answers = await this.#scope.byProvider<Backup | GatewayError>(refs, async (provider, ids) => {
      if (!provider.acknowledgeWarnings) throw cannot(provider, 'ACKNOWLEDGE_WARNINGS');
      const before = await this.#before(provider, ids, signal);
      const after = await provider.acknowledgeWarnings(ids, acknowledged, signal);
      return after.map((one) => (one instanceof GatewayError ? one : this.#edited(provider, before, one)));
    });
    return answers.map((answer) => answer ?? new GatewayError('NOT_FOUND', 'There is no such backup.'));
  }

  /** The backups as they are now, for watchers whose filter they match no more; not read where nobody watches. */
  async #before(provider: Provider, ids: readonly LocalId[], signal: AbortSignal): Promise<readonly (Backup | null)[]> {
    if (!this.#options.hub.hasChangeWatchers(provider)) return [];
    try {
      return await this.#options.fresh(provider).getBackups(ids, signal);
    } catch (error) {
      // The edit itself will say what is wrong.
      if (error instanceof GatewayError) return [];
      throw error;
    }
  }

  #edited(provider: Provider, before: readonly (Backup | null)[], after: Backup): Backup {
    const { observed, hub, fresh } = this.#options;
    const backup = observed.apply(after);
    hub.edited(fresh(provider), before.find((one) => one?.localId === backup.localId) ?? null, backup);
    return backup;
  }

  #command(provider: Provider, kind: OperationKind, given: Partial<Command>): Command {
    const none = { entityId: null, backupId: null, name: null, idempotencyKey: null, asked: null };
    return { ...none, ...given, viewer: this.#scope.viewer.id, provider, kind };
  }

  #noted(outcome: StartOutcome): StartOutcome {
    const backup = outcome.backup && this.#options.observed.note(outcome.backup);
    const provider = backup && this.#scope.provider(backup.provider);
    if (provider) this.#options.hub.started(this.#options.fresh(provider), backup);
    return { ...outcome, backup };
  }
}

const notRecorded = ({ name }: Provider): GatewayError =>
  new GatewayError(
    'UNSUPPORTED',
    `"${name}" cannot repeat a backup, and this gateway has no record of the settings that this one was started with: use startBackup or createBackup.`,
    { field: ['input', 'id'] },
  );
