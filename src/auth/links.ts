/**
 * Links that let a browser read one log or report without a header. A link is sealed with a key of the database, so that every
 * gateway of it can open it and nobody can read or change it. It names the viewer, whose rights are looked up again.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import type { Viewer } from '../core/viewer.ts';
import { type Identity, unauthenticated } from './identity.ts';
import type { LiveAuth } from './live-auth.ts';

const lifeMs = 300_000;
const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
/** Of the address: more than that, proxies refuse. A JWT may name hundreds of providers. */
const maxLength = 6_000;

/** What a link leads to. */
export type LinkTarget =
  | {
      /** Global id of the backup. */
      readonly log: string;
    }
  | {
      /** The request, as JSON has it. */
      readonly report: object;
    };

interface SealedBase {
  readonly viewer: Viewer;
  readonly mark: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

type Sealed = SealedBase & LinkTarget;

export interface Link {
  /** The part of the URL that must stay secret. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Links {
  /** Throws STORAGE_UNAVAILABLE, and UNSUPPORTED where a link could not be checked when it is used. */
  create(target: LinkTarget, identity: Identity): Promise<Link>;
  /** Throws NOT_FOUND for what is no link of ours, UNAUTHENTICATED where it has expired or its credential is gone. */
  open(token: string): Promise<{ readonly target: LinkTarget; readonly identity: Identity }>;
}

/** `readKey`: 32 bytes, the same for all gateways of one database. */
export function createLinks(
  readKey: () => Promise<Uint8Array>,
  auth: Pick<LiveAuth, 'markOf' | 'identityOf'>,
  now: () => number = Date.now,
): Links {
  return {
    async create(target, { viewer, expiresAt }) {
      const mark = auth.markOf(viewer);
      if (mark === null) throw new GatewayError('UNSUPPORTED', 'Links cannot be made with this kind of credential.');
      const until = Math.min(now() + lifeMs, expiresAt ?? Number.POSITIVE_INFINITY);
      const token = seal({ ...target, viewer, mark, expiresAt: until }, await readKey());
      if (token.length <= maxLength) return { token, expiresAt: until };
      throw new GatewayError(
        'UNSUPPORTED',
        'log' in target
          ? 'Your token names too many providers for a link. Use Backup.logUrl.'
          : 'Your token or the filter names too much for a link. Use the address of the report, with your token.',
      );
    },
    async open(token) {
      const { viewer, mark, expiresAt, ...target } = unseal(token, await readKey());
      if (expiresAt <= now()) throw unauthenticated('This link has expired. Make a new one.');
      const identity = auth.identityOf(viewer, mark);
      if (!identity) throw unauthenticated('The token that this link was made with is no longer valid here.');
      return { target, identity };
    },
  };
}

function seal(sealed: Sealed, key: Uint8Array): string {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv);
  const text = Buffer.concat([sealing.update(JSON.stringify(sealed)), sealing.final()]);
  return Buffer.concat([iv, text, sealing.getAuthTag()]).toString('base64url');
}

function unseal(token: string, key: Uint8Array): Sealed {
  const bytes = Buffer.from(token, 'base64url');
  try {
    if (bytes.length <= ivBytes + tagBytes) throw new Error('it is too short');
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    opening.setAuthTag(bytes.subarray(-tagBytes));
    const text = Buffer.concat([opening.update(bytes.subarray(ivBytes, -tagBytes)), opening.final()]);
    return JSON.parse(text.toString()) as Sealed;
  } catch (cause) {
    throw new GatewayError('NOT_FOUND', 'There is no such link.', { cause });
  }
}
