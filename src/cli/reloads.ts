/** Reloads the configuration of a running gateway: at SIGHUP, and when one of its files has changed. */
import { resolve } from 'node:path';
import { products } from '../../providers/index.ts';
import type { App } from '../app.ts';
import { type Config, parseConfig } from '../config/config.ts';
import { ConfigError } from '../config/file.ts';
import type { Reloaded } from '../reload.ts';
import { type Flags, UsageError } from './arguments.ts';
import type { Terminal } from './command.ts';
import { overridesOf, readConfigText } from './read-config.ts';
import { watchFiles } from './watch-files.ts';

/** Between two looks at the files. A change is applied after the second look that finds the same. */
const lookMs = 1_000;

/** Files that were read for a configuration. */
export interface ConfigFiles {
  readonly config: Config;
  readonly files: readonly string[];
}

/** Reads the configuration, and notes each file on the way. Throws ConfigError and UsageError. */
export async function readConfigFiles(
  flags: Flags,
  terminal: Terminal,
  files = new Set<string>(),
): Promise<ConfigFiles> {
  files.add(resolve(flags.config ?? ''));
  const text = await readConfigText(flags);
  const onFile = (file: string) => void files.add(file);
  const config = parseConfig(text, products, terminal.environment, { ...overridesOf(flags, terminal), onFile });
  const { tls } = config.server;
  const named = [
    tls?.cert,
    tls?.key,
    tls?.clientCa,
    config.documents.trusted?.file,
    config.auth?.jwt?.keyFile,
    config.auth?.jwt?.ca,
    config.auth?.jwt?.cert,
    config.auth?.jwt?.key,
    ...config.providers.flatMap(({ ca, cert, key }) => [ca, cert, key]),
  ];
  for (const file of named) if (file) files.add(file);
  return { config, files: [...files] };
}

/** Starts to watch. Returns a function that stops it. */
export function startReloads(flags: Flags, terminal: Terminal, { files }: ConfigFiles, app: App): () => void {
  const { log } = app;
  let last: Promise<void> = Promise.resolve();

  async function reload(reason: string): Promise<void> {
    const seen = new Set<string>();
    let watched = files;
    try {
      const read = await readConfigFiles(flags, terminal, seen);
      watched = read.files;
      // Before it is applied: what changes from now on is noticed.
      await watch.watch(watched);
      report(app.reload(read.config), reason);
    } catch (error) {
      if (!(error instanceof ConfigError) && !(error instanceof UsageError)) {
        log.error({ err: error }, 'unexpected error while reloading the configuration');
      } else {
        const faults = error instanceof ConfigError ? error.faults : [error.message];
        log.error({ reason, faults }, 'the configuration was not reloaded, and nothing has changed: it has faults');
      }
      // Files that could not be read may be the ones that are corrected.
      await watch.watch([...new Set([...watched, ...seen])]);
    }
  }

  function report({ providers, sections, restart }: Reloaded, reason: string): void {
    const { added, removed, changed } = providers;
    log.info({ reason, added, removed, changed, sections }, 'the configuration was reloaded');
    if (restart.length > 0) {
      log.warn({ keys: restart }, 'these keys of the configuration have changed, and need a restart');
    }
  }

  /** One at a time, in order. */
  const reloadFor = (reason: string) => {
    last = last.then(() => reload(reason));
  };
  const watch = watchFiles(lookMs, () => reloadFor('a file has changed'));
  const onSignal = () => reloadFor('SIGHUP');
  process.on('SIGHUP', onSignal);
  void watch.watch(files);
  return () => {
    process.off('SIGHUP', onSignal);
    watch.close();
  };
}
