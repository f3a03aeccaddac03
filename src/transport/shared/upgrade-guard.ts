/** Which requests for a WebSocket are refused before one is opened. */
import type { IncomingMessage } from 'node:http';
import type { SecurityHeaders } from './security-headers.ts';

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

export interface UpgradeGuard {
  /** Sent with every answer. */
  readonly headers: SecurityHeaders;
  /** Null: the socket may be opened. */
  refuseUpgrade(request: IncomingMessage): Refusal | null;
}
