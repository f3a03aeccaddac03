/** What a transport knows of an operation. */
import type { Authentication, Caller } from '../../auth/authentication.ts';

/** What a transport knows of an operation, over HTTP and WebSocket alike. */
export interface OperationContext {
  readonly caller?: Caller;
  /** Without it no context is made. */
  authentication?: Authentication;
  readonly operation?: {
    readonly signal: AbortSignal;
    readonly origin: string;
    /** Several clients share it. Each client that joins is counted, and the shared operation is not. */
    readonly isShared?: boolean;
  };
}
