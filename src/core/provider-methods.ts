/**
 * Every method of the provider contract and what it does. What wraps a provider (sanitizing, the read cache) is derived
 * from this table: a method without a row, and a wrapper without a case for it, do not compile.
 */
import type { Provider } from './provider.ts';

type AnyMethod = (...args: never[]) => unknown;

export type ProviderMethod = {
  [Name in keyof Provider]-?: NonNullable<Provider[Name]> extends AnyMethod ? Name : never;
}[keyof Provider];

/**
 * `cachedRead`: asks the product; the answer may be shared by clients that ask at the same time.
 * `read`: asks the product each time.
 * `command`: changes something at the product; it is sent once, and nothing that was read before may be shared after it.
 * `local`: asks nobody.
 */
type MethodKind = 'cachedRead' | 'read' | 'command' | 'local';

export const methodKinds = {
  health: 'local',
  hasReadZonelessTimes: 'local',
  showPending: 'local',
  isEditable: 'local',
  refineFromLog: 'local',
  close: 'local',
  listEntities: 'cachedRead',
  getEntities: 'cachedRead',
  listBackups: 'cachedRead',
  countBackups: 'cachedRead',
  getBackups: 'cachedRead',
  readTriggers: 'read',
  readDataPresence: 'read',
  readLog: 'read',
  downloadLog: 'read',
  markStart: 'read',
  findStarted: 'read',
  startBackup: 'command',
  createBackup: 'command',
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

/** The same provider with its upstream methods replaced by `wrap`. Methods that it lacks, which are capabilities, stay absent. */
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
