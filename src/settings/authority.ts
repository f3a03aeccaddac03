/** The setting `ca` of a provider: certificate authorities that are trusted in place of those of the machine. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './file.ts';

/**
 * The text of its PEM file; undefined where none is set. Read once, at the start: a fault in it must not wait for the
 * first call. Throws ConfigError.
 */
export function readAuthority({ name, ca }: { name: string; ca?: string | undefined }): string | undefined {
  if (ca === undefined) return undefined;
  const fault = (what: string) => new ConfigError([`providers (${name}): ca: ${what}`]);
  let text: string;
  try {
    text = readFileSync(ca, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw fault(`expected a file that can be read (${code})`);
  }
  try {
    new X509Certificate(text);
  } catch {
    throw fault('expected a file with a certificate in PEM form');
  }
  return text;
}
