/** Notices changed files by their state, so that it also works for files on a network and for replaced symbolic links. */
import { stat } from 'node:fs/promises';

export interface FileWatch {
  /** Watches these files from now on, as they are now. */
  watch(files: readonly string[]): Promise<void>;
  close(): void;
}

/**
 * Calls `changed` when a file has changed and then stayed the same for one interval: an editor or a container engine may
 * write several files, and each of them in parts. A missing file is one of its states.
 */
export function watchFiles(everyMs: number, changed: () => void): FileWatch {
  let files: readonly string[] = [];
  /** The state for which `changed` was called last, and the state at the last look. */
  let known = '';
  let seen = '';
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    const watched = files;
    const state = await stateOf(watched);
    isLooking = false;
    if (watched !== files) return;
    const isStable = state === seen;
    seen = state;
    if (!isStable || state === known) return;
    known = state;
    changed();
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    async watch(next) {
      const state = await stateOf(next);
      files = next;
      known = state;
      seen = state;
    },
    close: () => clearInterval(timer),
  };
}

/** Follows symbolic links, so that another target is another state. */
async function stateOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map((file) =>
      stat(file, { bigint: true }).then(
        ({ dev, ino, size, mtimeNs, ctimeNs, mode }) => [dev, ino, size, mtimeNs, ctimeNs, mode].join(' '),
        (error: unknown) => String((error as NodeJS.ErrnoException).code),
      ),
    ),
  );
  return states.join('\n');
}
