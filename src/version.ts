/** What runs: printed by `--version`, answered at `/version`. */
import manifest from '../package.json' with { type: 'json' };

/** Set by the build; null where the commit was not known to it. The sources themselves have none. */
declare const BACKPLANE_COMMIT: string | null | undefined;

const { name, version: number } = manifest;

export const version = {
  name,
  version: number,
  commit: typeof BACKPLANE_COMMIT === 'undefined' ? null : BACKPLANE_COMMIT,
};
