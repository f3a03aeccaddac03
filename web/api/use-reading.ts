/** What a screen shows, read again when it asks, at intervals, and after a sign in. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Failure } from './failure.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';

export interface Read<Data> {
  readonly data: Data | null;
  readonly failure: Failure | null;
}

export interface Reading<Data> extends Read<Data> {
  /** When `data` was read; null: not yet. */
  readonly asOf: Date | null;
  readonly isLoading: boolean;
  reload(): void;
}

interface Options {
  /** What the answer depends on: another key is another question, and the former answer goes. */
  readonly key: string;
  /** 0: only when asked. */
  readonly everySeconds?: number;
}

interface State<Data> extends Read<Data> {
  readonly key: string;
  readonly asOf: Date | null;
}

/** `read` may call `show` with what it has so far. Of several readings at once the newest counts. */
export function useReading<Data>(
  read: (signal: AbortSignal, show: (data: Data) => void) => Promise<Read<Data>>,
  { key, everySeconds = 0 }: Options,
): Reading<Data> {
  const { version } = useStore(session);
  const [state, setState] = useState<State<Data>>({ key, data: null, failure: null, asOf: null });
  const [pending, setPending] = useState(0);
  const running = useRef<AbortController | null>(null);
  const readNow = useEffectEvent(read);

  const reload = useCallback(() => {
    running.current?.abort();
    const current = new AbortController();
    running.current = current;
    setPending((count) => count + 1);
    const show = (data: Data) => {
      if (!current.signal.aborted) setState({ key, data, failure: null, asOf: new Date() });
    };
    void readNow(current.signal, show)
      .then(({ data, failure }) => {
        if (current.signal.aborted) return;
        // What was shown stays, with its time, when nothing newer can be had.
        setState((former) => {
          const kept = former.key === key ? former : { data: null, asOf: null };
          return data === null ? { ...kept, key, failure } : { key, data, failure, asOf: new Date() };
        });
      })
      .finally(() => setPending((count) => count - 1));
  }, [key]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: after a sign in everything is read again
  useEffect(() => {
    reload();
    const timer = everySeconds > 0 ? setInterval(reload, everySeconds * 1000) : undefined;
    return () => {
      clearInterval(timer);
      running.current?.abort();
    };
  }, [reload, everySeconds, version]);

  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : null,
    failure: isCurrent ? state.failure : null,
    asOf: isCurrent ? state.asOf : null,
    isLoading: pending > 0,
    reload,
  };
}
