/** Who somebody is, once that was verified. */

import { GatewayError } from '../core/errors.ts';
import type { Viewer } from '../core/viewer.ts';

export interface Identity {
  readonly viewer: Viewer;
  /** Until when that holds, in milliseconds since 1970; null: for as long as this process runs. */
  readonly expiresAt: number | null;
  /** Aborts when the configuration no longer has the credential, or gives it other rights. Undefined: never. */
  readonly revoked?: AbortSignal | undefined;
}

/** Throws UNAUTHENTICATED where the credential is not good, FORBIDDEN where it is and gives no role here. */
export type Verify = (credential: string) => Promise<Identity> | Identity;

export const unauthenticated = (message: string, cause?: unknown): GatewayError =>
  new GatewayError('UNAUTHENTICATED', message, cause === undefined ? {} : { cause });

/** The credential was good when the stream or the socket was opened. */
export const revokedMessage = 'This token was removed, or its rights were changed: connect again.';

export const expiredMessage = 'This token has expired: ask again with a new one.';
