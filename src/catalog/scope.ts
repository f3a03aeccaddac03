/** What one viewer may see, and what it may do there: everything else asks here first. */
import { GatewayError } from '../core/errors.ts';
import { type Backup, isFinished, isSuccessful, type LocalId, type ProtectedEntity, type Ref } from '../core/model.ts';
import { type Capability, capabilitiesOf, type Provider } from '../core/provider.ts';
import type { Viewer } from '../core/viewer.ts';

/** What a viewer may do to a backup. */
export type Action = 'CANCEL' | 'UPDATE_DESCRIPTION' | 'UPDATE_WARNINGS' | 'ACKNOWLEDGE_WARNINGS';

/** What a viewer may start for an entity. */
export type StartAction = 'START_BACKUP' | 'CREATE_BACKUP';

export class Scope {
  readonly viewer: Viewer;
  readonly #configured: () => readonly Provider[];
  /** What the viewer may see of `all`. */
  #seen: { readonly all: readonly Provider[]; readonly providers: readonly Provider[] } = { all: [], providers: [] };
  #byName: ReadonlyMap<string, Provider> = new Map();

  /** `configured`: all providers that are configured now, by name; another array after a reload. */
  constructor(configured: () => readonly Provider[], viewer: Viewer) {
    this.viewer = viewer;
    this.#configured = configured;
  }

  /** Those that the viewer may see now, by name. */
  get providers(): readonly Provider[] {
    const all = this.#configured();
    if (all !== this.#seen.all) {
      const names = this.viewer.providers && new Set(this.viewer.providers);
      const providers = names ? all.filter(({ name }) => names.has(name)) : all;
      this.#seen = { all, providers };
      this.#byName = new Map(providers.map((provider) => [provider.name, provider]));
    }
    return this.#seen.providers;
  }

  provider(name: string): Provider | null {
    return this.providers.length === 0 ? null : (this.#byName.get(name) ?? null);
  }

  /** The provider of a row that this viewer was given. */
  require(name: string): Provider {
    const provider = this.provider(name);
    if (!provider) throw new GatewayError('NOT_FOUND', 'There is no such provider.');
    return provider;
  }

  /** A provider that can do it; UNSUPPORTED where it cannot. */
  capable(name: string, capability: Capability): Provider {
    const provider = this.require(name);
    if (!capabilitiesOf(provider).includes(capability)) throw cannot(provider, capability);
    return provider;
  }

  get isOperator(): boolean {
    return this.viewer.role === 'OPERATOR';
  }

  /** Throws FORBIDDEN for a READER. */
  requireOperator(): void {
    if (!this.isOperator) throw forbidden();
  }

  /** What this viewer may do to the backup as it is now. */
  allowedActions(backup: Backup): readonly Action[] {
    const provider = this.provider(backup.provider);
    if (!provider || !this.isOperator) return [];
    const isOver = isFinished(backup.status);
    const possible: Record<Action, boolean> = {
      CANCEL: provider.cancelBackup !== undefined && (provider.cancellable ?? ['RUNNING']).includes(backup.status),
      UPDATE_DESCRIPTION: provider.updateDescription !== undefined && (provider.isEditable?.(backup) ?? true),
      UPDATE_WARNINGS: provider.updateWarnings !== undefined && isOver,
      ACKNOWLEDGE_WARNINGS: provider.acknowledgeWarnings !== undefined && backup.warnings.length > 0,
    };
    return (Object.keys(possible) as Action[]).filter((action) => possible[action]);
  }

  /** Whether this viewer may retry the backup as it is now; RECORDED: if the settings of its start are recorded. */
  retryOf(backup: Backup): 'POSSIBLE' | 'RECORDED' | 'IMPOSSIBLE' {
    const { status, entityId } = backup;
    const provider = this.provider(backup.provider);
    if (!provider || !this.isOperator || !isFinished(status) || isSuccessful(status)) return 'IMPOSSIBLE';
    if (provider.retryBackup) return (provider.isRetryable?.(backup) ?? true) ? 'POSSIBLE' : 'IMPOSSIBLE';
    return provider.startBackup && entityId !== null ? 'RECORDED' : 'IMPOSSIBLE';
  }

  /** What this viewer may start for the entity, as far as the product tells the rights of its account. */
  startActions(entity: ProtectedEntity): readonly StartAction[] {
    const provider = this.provider(entity.provider);
    if (!provider || !this.isOperator || provider.isStartable?.(entity) === false) return [];
    return [
      ...(provider.startBackup ? (['START_BACKUP'] as const) : []),
      ...(provider.createBackup ? (['CREATE_BACKUP'] as const) : []),
    ];
  }

  /** The provider of what a command is about. */
  commanded(ref: Ref, field: readonly string[]): Provider {
    const provider = this.provider(ref.provider);
    if (!provider) throw new GatewayError('NOT_FOUND', 'There is no such id.', { field });
    return provider;
  }

  /** One call for each provider. A failure affects only the refs of its provider. */
  async byProvider<T>(
    refs: readonly Ref[],
    read: (provider: Provider, ids: readonly LocalId[]) => Promise<readonly (T | null)[]>,
  ): Promise<(T | null | GatewayError)[]> {
    const answers = new Array<T | null | GatewayError>(refs.length).fill(null);
    await Promise.all(
      [...groupIndexes(refs)].map(async ([name, indexes]) => {
        const provider = this.provider(name);
        if (!provider) return;
        try {
          const found = await read(
            provider,
            indexes.map((index) => (refs[index] as Ref).localId),
          );
          for (const [place, index] of indexes.entries()) answers[index] = found[place] ?? null;
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          for (const index of indexes) answers[index] = error;
        }
      }),
    );
    return answers;
  }

  /** One answer for each row, read at once for those of one provider; `otherwise` for those that the viewer may not see. */
  async ofEach<T, Row extends Backup | ProtectedEntity = Backup>(
    rows: readonly Row[],
    otherwise: T,
    read: (provider: Provider, own: readonly Row[]) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const answers = new Map<Row, T>();
    await Promise.all(
      [...new Set(rows.map(({ provider }) => provider))].map(async (name) => {
        const provider = this.provider(name);
        if (!provider) return;
        const own = rows.filter((row) => row.provider === name);
        for (const [index, answer] of (await read(provider, own)).entries()) answers.set(own[index] as Row, answer);
      }),
    );
    return rows.map((row) => answers.get(row) ?? otherwise);
  }
}

function groupIndexes(refs: readonly Ref[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { provider }] of refs.entries()) groups.set(provider, [...(groups.get(provider) ?? []), index]);
  return groups;
}

export const forbidden = (): GatewayError =>
  new GatewayError('FORBIDDEN', 'Your role may read, but not start, cancel or change anything.');

export const cannot = (provider: Provider, capability: Capability): GatewayError =>
  new GatewayError(
    'UNSUPPORTED',
    `"${provider.name}" cannot do this: systems of kind ${provider.kind} have no ${capability}. See Provider.capabilities.`,
  );
