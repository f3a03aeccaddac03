/**
 * Reduces source maps to our own sources. Node parses the whole map of a file when the first stack trace is read, and two
 * thirds of a map would be packages. A frame of a package keeps its position in the bundle. The whole maps are kept in a
 * folder of their own, for profiles of the bench.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, type SourceMapMappings, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Plugin } from 'rolldown';

interface SourceMapFile {
  readonly sources: readonly string[];
  readonly mappings: string;
}

export const ownSourceMaps = (): Plugin => ({
  name: 'own-source-maps',
  writeBundle({ dir = '.' }, bundle) {
    const wholeMaps = join(dir, 'whole-maps');
    mkdirSync(wholeMaps, { recursive: true });
    for (const name of Object.keys(bundle).filter((file) => file.endsWith('.js.map'))) {
      const file = join(dir, name);
      const text = readFileSync(file, 'utf8');
      writeFileSync(join(wholeMaps, name), text);
      const map = JSON.parse(text) as SourceMapFile;
      const isOwn = map.sources.map((source) => !source.includes('node_modules/'));
      const mappings = encode(withoutPackages(decode(map.mappings), isOwn));
      writeFileSync(file, JSON.stringify({ ...map, mappings }));
    }
  },
});

/** One segment without a source stands for each run of segments of packages. */
function withoutPackages(mappings: SourceMapMappings, isOwn: readonly boolean[]): SourceMapMappings {
  let wasOwn = false;
  const keep = (segment: SourceMapSegment): SourceMapSegment[] => {
    const [column, source] = segment;
    if (source !== undefined && isOwn[source]) {
      wasOwn = true;
      return [segment];
    }
    const isEnd = wasOwn;
    wasOwn = false;
    return isEnd ? [[column]] : [];
  };
  return mappings.map((line) => line.flatMap(keep));
}
