/**
 * Reduces source maps to the lines of our own sources. Node parses the whole map of a file when the first stack trace is
 * read, and keeps it. Two thirds of a map would be packages, and four fifths of the rest places within lines. A frame of a
 * package keeps its position in the bundle, and the column of another one is where its line begins. The whole maps are
 * kept in a folder of their own, for profiles of the bench.
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
      const mappings = encode(linesOfOwn(decode(map.mappings), isOwn));
      writeFileSync(file, JSON.stringify({ ...map, names: [], mappings }));
    }
  },
});

/** One segment stands for each line of a source of ours, and one without a source for each run of segments of packages. */
const linesOfOwn = (mappings: SourceMapMappings, isOwn: readonly boolean[]): SourceMapMappings =>
  mappings.map((segments) => {
    let last: SourceMapSegment = [0];
    return segments.flatMap(([column, source, line, place]) => {
      const isMapped = source !== undefined && isOwn[source] === true;
      const segment: SourceMapSegment = isMapped ? [column, source, line ?? 0, place ?? 0] : [column];
      if (segment[1] === last[1] && segment[2] === last[2]) return [];
      last = segment;
      return [segment];
    });
  });
