/** Where a request comes from, and what it and its client are called in logs. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../auth/authentication.ts';
import type { ForwardedHeader } from '../../config/proxies.ts';
import { createClientAddressOf } from './client-address.ts';
import { clientOf } from './client-software.ts';

/** What may stand in a log line, and nothing that could be taken for another one. */
const requestIdPattern = /^[\w.:@+/=-]{1,100}$/;

export type CallerOf = (request: IncomingMessage) => Caller;

export function createCallerOf(
  trustedProxies: readonly string[],
  forwardedHeader: ForwardedHeader,
  isUnixSocket = false,
): CallerOf {
  const addressOf = createClientAddressOf(trustedProxies, forwardedHeader, isUnixSocket);
  return (request) => {
    const given = request.headers['x-request-id'];
    const isGood = typeof given === 'string' && requestIdPattern.test(given);
    const client = clientOf(request.headers);
    return {
      requestId: isGood ? given : randomUUID(),
      address: addressOf(request),
      ...(client ? { client } : {}),
    };
  };
}
