/** Secrets in files of their own: `${file:PATH}` in a text, and `passwordFile` in the place of `password`. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { sep } from 'node:path';
import { TextDecoder } from 'node:util';
import { keepSecret } from '../core/secret-redaction.ts';

/** No password or token is longer. */
const maxBytes = 65_536;

/** Folders in which Docker and Podman put the secrets of one container, readable by everyone in it. */
const containerFolders = ['/run/secrets', '/var/run/secrets'];

/** The text of the file without the line end at its end, or what is wrong with the file. Never both, and no fault shows the text. */
export type SecretFile = { readonly text: string } | { readonly fault: string };

/** `file` is an absolute path. The text is redacted from errors and logs from then on. */
export function readSecretFile(file: string): SecretFile {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, a named pipe that nobody writes to would stop the program here.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return unreadable(file, error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { fault: `expected a regular file: ${file}` };
    if (isExposed(file, stats.mode)) {
      return {
        fault: `expected a file that only its owner and group can read; run chmod o-rwx on it (Kubernetes: defaultMode: 0440): ${file}`,
      };
    }
    // Not more than that, whatever size the file claims.
    const bytes = Buffer.alloc(maxBytes + 1);
    return toText(file, bytes.subarray(0, readAll(descriptor, bytes)));
  } catch (error) {
    return unreadable(file, error);
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, bytes: Buffer): number {
  let length = 0;
  for (;;) {
    const read = length < bytes.length ? readSync(descriptor, bytes, length, bytes.length - length, null) : 0;
    if (read === 0) return length;
    length += read;
  }
}

function toText(file: string, bytes: Buffer): SecretFile {
  if (bytes.length > maxBytes) return { fault: `expected a file of at most ${maxBytes} bytes: ${file}` };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    return { fault: `expected a file with text (UTF-8): ${file}` };
  }
  if (text === '') return { fault: `expected a file that is not empty: ${file}` };
  if (text.includes('\0')) return { fault: `expected a file with text (UTF-8): ${file}` };
  keepSecret(text);
  return { text };
}

/** Everyone may write it, or may read it outside the folders of a container. Windows has no such modes. */
export function isExposed(file: string, mode: number): boolean {
  if (process.platform === 'win32') return false;
  const isContained = containerFolders.some((folder) => file.startsWith(folder + sep));
  return (mode & (isContained ? 0o002 : 0o006)) !== 0;
}

function unreadable(file: string, error: unknown): SecretFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return { fault: `expected a file that can be read (${code}): ${file}` };
}
