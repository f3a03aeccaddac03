/** Keys in a file, read once when the process starts: a fault in it must not wait for the first request. */
import { createPublicKey } from 'node:crypto';
import { readConfigured } from '../config/authority.ts';
import { ConfigError } from '../config/file.ts';
import { unauthenticated } from './identity.ts';
import { type Algorithm, createKeyRing, type Keys } from './jwt-keys.ts';

/** Throws ConfigError. */
export function readKeyFile(file: string, algorithms: readonly Algorithm[]): Keys {
  const fault = (what: string) => new ConfigError([`auth.jwt.keyFile: ${what}`]);
  const text = readConfigured(file, 'auth.jwt.keyFile');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw fault('expected a public key; this one is private, and can be used to make tokens');
  }
  const isPem = text.includes('-----BEGIN ');
  const json = isPem ? fromPem(text) : fromJson(text);
  const ring = createKeyRing(json, algorithms);
  if (!ring) throw fault('expected a public key in PEM form, or a set of keys as JSON: {"keys": [...]}');
  if (ring.size === 0) {
    throw fault(`expected a public key for ${algorithms.join(' or ')}; one for RSA has 2048 bits or more`);
  }
  return {
    ring,
    find({ alg, kid }) {
      // A PEM file does not name its keys, so the key id of a token is ignored.
      const key = ring.find(isPem ? { alg } : { alg, kid });
      if (!key) throw unauthenticated('This token was signed with a key that is not known here ("kid").');
      return key;
    },
    close: () => Promise.resolve(),
  };
}

/** A public key or a certificate, as the only one of a set. */
function fromPem(text: string): unknown {
  try {
    return { keys: [createPublicKey(text).export({ format: 'jwk' })] };
  } catch {
    return null;
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
