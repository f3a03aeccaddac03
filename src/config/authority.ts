/** Files that a configuration names: the certificates of `ca` (of a provider and of the key server), and keys. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './file.ts';

interface WithAuthority {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Returns the text of a PEM file. Read at startup, to find faults before the first request. Throws ConfigError. */
export function readCertificates(file: string, setting: string): string {
  const text = readConfigured(file, setting);
  try {
    new X509Certificate(text);
  } catch {
    throw new ConfigError([`${setting}: expected a file with a certificate in PEM form: ${file}`]);
  }
  return text;
}

/** Returns the text of the file of a setting. Throws ConfigError. */
export function readConfigured(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new ConfigError([`${setting}: expected a file that can be read (${code}): ${file}`]);
  }
}

/** Refuses `ca` with an http URL, since no certificate would be verified. */
export function authorityFaults(provider: WithAuthority): { path: string[]; message: string }[] {
  if ((provider.cert === undefined) !== (provider.key === undefined)) {
    return [{ path: ['cert'], message: 'expected cert and key together' }];
  }
  const isUnused = provider.ca !== undefined && 'url' in provider && /^http:/i.test(String(provider.url));
  return isUnused
    ? [{ path: ['ca'], message: 'expected an https url beside it: over http there is no certificate to verify' }]
    : [];
}
