/** Section `server.tls`: the certificate of the gateway itself. */
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { readCertificates } from './authority.ts';
import { ConfigError } from './file.ts';
import type { Immutable } from './immutable.ts';
import { readSecretFile } from './secret-file.ts';

const path = () => z.string().min(1);

export const tlsSettings = z.strictObject({
  cert: path().describe('PEM file with the certificate, and the intermediate certificates after it.'),
  key: path().describe('PEM file with the private key, without a password. Only its owner and group may read it.'),
  clientCa: path()
    .nullable()
    .default(null)
    .describe(
      'PEM file with the authorities of client certificates: a client without such a certificate is refused. null: clients need none. Requests need a token in either case.',
    ),
});

export type TlsSettings = Immutable<z.output<typeof tlsSettings>>;

/** PEM texts, and whether clients need a certificate; as `node:https` takes it. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

/** Reads the files and checks that they fit together. Throws ConfigError. */
export function readTls({ cert: certFile, key: keyFile, clientCa }: TlsSettings): TlsIdentity {
  const cert = readCertificates(certFile, 'server.tls.cert');
  const read = readSecretFile(keyFile);
  if ('fault' in read) throw new ConfigError([`server.tls.key: ${read.fault}`]);
  const ca = clientCa === null ? {} : { ca: readCertificates(clientCa, 'server.tls.clientCa') };
  const identity = {
    cert,
    key: read.text,
    ...ca,
    requestCert: clientCa !== null,
    rejectUnauthorized: clientCa !== null,
  };
  try {
    createSecureContext(identity);
  } catch {
    throw new ConfigError([`server.tls.key: expected the private key of server.tls.cert in PEM form: ${keyFile}`]);
  }
  return identity;
}
