/**
 * A provider whose adapter can be replaced, for a changed configuration: code that holds the provider, such as a poll loop
 * or a stream, uses the new adapter from its next call on.
 */
import type { Provider } from './provider.ts';
import { type Call, decorateProvider } from './provider-methods.ts';

export interface ReplaceableProvider {
  readonly provider: Provider;
  /** Whether the other adapter has the same name, kind, capabilities and properties. */
  accepts(next: Provider): boolean;
  /** Calls from now on go to `next`. The former adapter is closed when its last call has ended. */
  replace(next: Provider): void;
  /** Closes the adapter, and those whose calls have not ended yet. */
  close(): Promise<void>;
}

/** An adapter, and how many of its calls have not ended. */
interface Used {
  readonly adapter: Provider;
  calls: number;
  isReplaced: boolean;
}

export function replaceable(first: Provider): ReplaceableProvider {
  let current: Used = { adapter: first, calls: 0, isReplaced: false };
  const open = new Set([current]);

  async function closeUnused(used: Used): Promise<void> {
    if (used.calls > 0 || !used.isReplaced || !open.delete(used)) return;
    await used.adapter.close();
  }

  function leave(used: Used): void {
    used.calls--;
    // It has no work left: a failure to close it concerns nobody.
    closeUnused(used).catch(() => undefined);
  }

  const { hasReadZonelessTimes, showPending, isEditable, isStartable, isRetryable, refineFromLog } = first;
  const locals: Partial<Provider> = {
    health: () => current.adapter.health(),
    close: () => closeAll(),
    ...(hasReadZonelessTimes && { hasReadZonelessTimes: () => current.adapter.hasReadZonelessTimes?.() ?? false }),
    ...(showPending && { showPending: (...args) => (current.adapter.showPending ?? showPending)(...args) }),
    ...(isEditable && { isEditable: (...args) => (current.adapter.isEditable ?? isEditable)(...args) }),
    ...(isRetryable && { isRetryable: (...args) => (current.adapter.isRetryable ?? isRetryable)(...args) }),
    ...(isStartable && { isStartable: (...args) => (current.adapter.isStartable ?? isStartable)(...args) }),
    ...(refineFromLog && { refineFromLog: (...args) => (current.adapter.refineFromLog ?? refineFromLog)(...args) }),
  };
  const provider: Provider = {
    ...decorateProvider(first, (name) => async (...args) => {
      const used = current;
      used.calls++;
      let isStream = false;
      try {
        const answer = await (used.adapter[name] as Call).apply(used.adapter, [...args]);
        isStream = isChunks(answer);
        return isChunks(answer) ? untilEnd(answer, () => leave(used)) : answer;
      } finally {
        if (!isStream) leave(used);
      }
    }),
    ...locals,
  };

  async function closeAll(): Promise<void> {
    await Promise.all([...open].map(({ adapter }) => adapter.close()));
    open.clear();
  }

  return {
    provider,
    accepts: (next) => shapeOf(next) === shapeOf(first),
    replace(next) {
      const former = current;
      current = { adapter: next, calls: 0, isReplaced: false };
      open.add(current);
      former.isReplaced = true;
      closeUnused(former).catch(() => undefined);
    },
    close: closeAll,
  };
}

/** Names of methods, and values of properties. */
const shapeOf = (provider: Provider): string =>
  JSON.stringify(
    Object.entries(provider)
      .map(([name, value]) => (typeof value === 'function' ? [name] : [name, value as unknown]))
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

const isChunks = (answer: unknown): answer is AsyncIterable<Uint8Array | string> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;

/** The log of a download is read after its call has ended. */
async function* untilEnd<T>(chunks: AsyncIterable<T>, onEnd: () => void): AsyncGenerator<T> {
  try {
    yield* chunks;
  } finally {
    onEnd();
  }
}
