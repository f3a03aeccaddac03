/** What every answer tells a browser: to take it for nothing but what it is, and to let no other page near it. */
import type { ServerResponse } from 'node:http';

export type SecurityHeaders = Readonly<Record<string, string>>;

/** Of all but the GraphiQL page: there is nothing in it to run or to load. */
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const always: SecurityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': nothing,
  'referrer-policy': 'no-referrer',
  // Requests by CORS are not meant: pages of listed origins read what they ask for.
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Nearly everything depends on who asks, and all of it on when.
  'cache-control': 'no-store',
};

/** A year. Other names below ours are not for us to decide about. */
const strictTransport = 'max-age=31536000';

export const securityHeaders = (publicUrl: string | null): SecurityHeaders =>
  publicUrl?.startsWith('https:') ? { ...always, 'strict-transport-security': strictTransport } : always;

export function secure(response: ServerResponse, headers: SecurityHeaders): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
