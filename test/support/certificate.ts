/** A certificate that signs itself, made where it is needed: a stored one would run out, and its key would be in the repository. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certificate {
  /** PEM text of the certificate, which is its own authority. */
  readonly cert: string;
  /** PEM text of its private key. */
  readonly key: string;
}

const dayMs = 86_400_000;

/** When a certificate is valid, relative to now: a day before and after unless given. */
export interface Validity {
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** For one IPv4 address. */
export function createCertificate(
  address = '127.0.0.1',
  { fromMs = -dayMs, untilMs = dayMs }: Validity = {},
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('test')))));
  const validity = sequence(utcTime(Date.now() + fromMs), utcTime(Date.now() + untilMs));
  const isAuthority = sequence(
    basicConstraints,
    der(0x01, Buffer.of(0xff)),
    der(0x04, sequence(der(0x01, Buffer.of(0xff)))),
  );
  const ip = der(0x87, Buffer.from(address.split('.').map(Number)));
  const alternative = sequence(subjectAltName, der(0x04, sequence(ip)));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    sequence(ecdsaWithSha256),
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority, alternative)),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', signed, privateKey));
  return {
    cert: toPem('CERTIFICATE', sequence(signed, sequence(ecdsaWithSha256), signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** One ASN.1 value: tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);

const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const commonName = identifier('550403');
const subjectAltName = identifier('551d11');
const basicConstraints = identifier('551d13');
const ecdsaWithSha256 = identifier('2a8648ce3d040302');

/** `YYMMDDhhmmssZ`. */
const utcTime = (ms: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );

const toPem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
