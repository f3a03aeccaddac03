/**
 * Reads the protection of all entities in the background: at the start, and then every 5 minutes, whatever the number of
 * scrapes. One provider that is slow does not delay the others.
 */
import { type Instant, now } from '../../core/instant.ts';
import type { ProviderReading } from '../../core/protection-survey.ts';

export interface SurveyOptions {
  readonly providers: readonly string[];
  readonly survey: (provider: string, signal: AbortSignal) => Promise<ProviderReading>;
  readonly onReading: (provider: string, reading: ProviderReading, at: Instant) => void;
  /** Called when another replica begins to export them. */
  readonly onEnd: () => void;
  /** Whether this replica exports metrics of backups: one of several does. */
  readonly isExporter: () => boolean;
  readonly onBug: (error: unknown) => void;
  readonly everyMs?: number;
}

export interface SurveyLoop {
  close(): void;
}

const fiveMinutesMs = 300_000;

export function startSurveys(options: SurveyOptions): SurveyLoop {
  const { providers, survey, onReading, onEnd, isExporter, onBug, everyMs = fiveMinutesMs } = options;
  const closing = new AbortController();
  const running = new Set<string>();

  async function read(provider: string): Promise<void> {
    if (running.has(provider)) return;
    running.add(provider);
    const at = now();
    try {
      const reading = await survey(provider, closing.signal);
      if (!closing.signal.aborted && isExporter()) onReading(provider, reading, at);
    } catch (error) {
      if (!closing.signal.aborted) onBug(error);
    } finally {
      running.delete(provider);
    }
  }

  function readAll(): void {
    if (isExporter()) for (const provider of providers) void read(provider);
    else onEnd();
  }

  const timer = setInterval(readAll, everyMs);
  timer.unref();
  readAll();
  return {
    close() {
      clearInterval(timer);
      closing.abort();
    },
  };
}
