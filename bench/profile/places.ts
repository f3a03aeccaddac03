/** Where the code of a call frame comes from: a file of ours or a package, also where a bundle has both in one file. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As V8 writes it; line and column count from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface Place {
  /** A folder of ours, a package, or a part of Node. */
  readonly part: string;
  /** A file of ours; otherwise the same as `part`. */
  readonly file: string;
  /** From 1; 0 where there is none. */
  readonly line: number;
}

/** What V8 and Node do by themselves, such as `Array.map`, `JSON.parse` or a write to a socket. */
export const isBuiltIn = ({ url, functionName }: CallFrame): boolean =>
  (url === '' && !functionName.startsWith('(')) || url.startsWith('node:');

/** `root` is the folder of the checkout. */
export function createPlaces(root: string): (frame: CallFrame) => Place {
  const maps = new Map<string, SourceMap | null>();

  function mapOf(file: string): SourceMap | null {
    const known = maps.get(file);
    if (known !== undefined) return known;
    let map: SourceMap | null = null;
    const whole = join(dirname(file), 'whole-maps', `${basename(file)}.map`);
    const path = [whole, `${file}.map`].find(existsSync);
    // A file without a map is its own source.
    if (path !== undefined) map = new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload);
    maps.set(file, map);
    return map;
  }

  return (frame) => {
    const { url, functionName, lineNumber, columnNumber } = frame;
    if (url === '') return alone(functionName || '(anonymous)');
    if (url.startsWith('wasm')) return alone('undici');
    const [, internal] = /^node:(?:internal\/)?([^/]+)/.exec(url) ?? [];
    if (internal !== undefined) return alone(`node:${internal}`);
    if (!url.startsWith('file:')) return alone(url);
    const file = fileURLToPath(url);
    const entry = mapOf(file)?.findEntry(lineNumber, columnNumber);
    // A bundler adds code of its own, which no source has.
    if (entry && 'originalSource' in entry && entry.originalSource) {
      return toPlace(relative(root, join(dirname(file), entry.originalSource)), entry.originalLine + 1);
    }
    return toPlace(relative(root, file), lineNumber + 1);
  };
}

const alone = (name: string): Place => ({ part: name, file: name, line: 0 });

function toPlace(path: string, line: number): Place {
  const [, packaged] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return packaged === undefined ? { part: dirname(path), file: path, line } : { part: packaged, file: packaged, line };
}
