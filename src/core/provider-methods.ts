/**
 * The kind of every method of the provider contract. Wrappers of a provider (sanitizing, the read cache) use this
 * table. Compilation fails for a method without a row, and for a wrapper that does not handle one.
 */
import type { Provider } from './provider.ts';

type AnyMethod = (...args: never[]) => unknown;

export type ProviderMethod = {
  [Name in keyof Provider]-?: NonNullable<Provider[Name]> extends AnyMethod ? Name : never;
}[keyof Provider];

/**
 * `cachedRead`: reads from the product; several clients may share the answer.
 * `read`: reads from the product with each call.
 * `command`: changes something at the product. It is sent once and invalidates all cached reads.
 * `local`: sends no request.
 */
type MethodKind = 'cachedRead' | 'read' | 'command' | 'local';

export const methodKinds = {
  health: 'local',
  hasReadZonelessTimes: 'local',
  showPending: 'local',
  isEditable: 'local',
  isStartable: 'local',
  isRetryable: 'local',
  refineFromLog: 'local',
  ownFilter: 'local',
  close: 'local',
  listEntities: 'cachedRead',
  getEntities: 'cachedRead',
  listBackups: 'cachedRead',
  countBackups: 'cachedRead',
  getBackups: 'cachedRead',
  readTriggers: 'read',
  readOrigins: 'read',
  readDataPresence: 'read',
  readCopies: 'read',
  readChainRoots: 'read',
  readSchedules: 'read',
  readLog: 'read',
  downloadLog: 'read',
  markStart: 'read',
  findStarted: 'read',
  startBackup: 'command',
  createBackup: 'command',
  retryBackup: 'command',
  cancelBackup: 'command',
  updateDescription: 'command',
  updateWarnings: 'command',
  acknowledgeWarnings: 'command',
} as const satisfies Record<ProviderMethod, MethodKind>;

/** Methods that send requests to the product. */
export type UpstreamMethod = {
  [Name in ProviderMethod]: (typeof methodKinds)[Name] extends 'local' ? never : Name;
}[ProviderMethod];

export type AnswerOf<Name extends UpstreamMethod> = Awaited<ReturnType<NonNullable<Provider[Name]>>>;

/** An upstream method, bound to its provider; the last argument is its signal. */
export type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Returns the provider with each upstream method replaced by `wrap`. Absent methods (missing capabilities) stay absent.
 */
export function decorateProvider(provider: Provider, wrap: (name: UpstreamMethod, call: Call) => Call): Provider {
  const names = (Object.keys(methodKinds) as ProviderMethod[]).filter(
    (name): name is UpstreamMethod => methodKinds[name] !== 'local',
  );
  const wrapped = names.flatMap((name) => {
    const method = provider[name] as Call | undefined;
    return method ? [[name, wrap(name, method.bind(provider))] as const] : [];
  });
  return { ...provider, ...(Object.fromEntries(wrapped) as Partial<Provider>) };
}
