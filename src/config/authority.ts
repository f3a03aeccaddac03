/** The setting `ca` of a provider and of the key server: authorities that are trusted in place of those of the machine. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './file.ts';

interface WithAuthority {
  readonly name: string;
  readonly ca?: string | undefined;
}

/** The text of its PEM file; undefined where none is set. Throws ConfigError. */
export const readAuthority = ({ name, ca }: WithAuthority): string | undefined =>
  ca === undefined ? undefined : readCertificates(ca, `providers (${name}): ca`);

/** Read once, at the start: a fault in it must not wait for the first call. Throws ConfigError. */
export function readCertificates(file: string, setting: string): string {
  const text = readConfigured(file, setting);
  try {
    new X509Certificate(text);
  } catch {
    throw new ConfigError([`${setting}: expected a file with a certificate in PEM form: ${file}`]);
  }
  return text;
}

/** The text of a file that a setting names. Throws ConfigError. */
export function readConfigured(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new ConfigError([`${setting}: expected a file that can be read (${code}): ${file}`]);
  }
}

/** Over plain HTTP there is no certificate to verify, and somebody believes that there is. */
export function authorityFaults(provider: WithAuthority): { path: string[]; message: string }[] {
  const isUnused = provider.ca !== undefined && 'url' in provider && /^http:/i.test(String(provider.url));
  return isUnused
    ? [{ path: ['ca'], message: 'expected an https url beside it: over http there is no certificate to verify' }]
    : [];
}
