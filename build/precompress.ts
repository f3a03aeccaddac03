/** Writes each text file of a build a second and a third time, as br and gzip, so that the gateway never compresses it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Bytes of an editor: the last hundredth of them would take seconds of each build. */
const large = 400_000;

const text = /\.(js|css|svg|json|txt)$/;

export const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  async writeBundle({ dir = '.' }) {
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => text.test(file));
    await Promise.all(files.map((file) => compressFile(join(dir, file))));
  },
});

async function compressFile(file: string): Promise<void> {
  const whole = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: whole.length > large ? 5 : 9,
    [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
  };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(whole, { params }),
    promisify(gzip)(whole, { level: whole.length > large ? 6 : 9 }),
  ]);
  writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gz);
}
