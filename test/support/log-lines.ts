/** What a gateway in this process logs, instead of its standard error. */
import { symbols } from 'pino';
import type { App } from '../../src/app.ts';

export type LogEntry = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** Everything from now on, whole and in order. */
export function captureLog({ log }: App): { readonly lines: readonly LogEntry[]; readonly text: () => string } {
  const texts: string[] = [];
  log.level = 'trace';
  (log as unknown as Record<symbol, unknown>)[symbols.streamSym] = {
    write: (text: string) => void texts.push(text),
  };
  return {
    get lines() {
      return texts.map((text) => JSON.parse(text) as LogEntry);
    },
    text: () => texts.join(''),
  };
}
