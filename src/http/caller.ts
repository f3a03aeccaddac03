/** Where a request comes from, and what it is called in logs. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Caller } from '../auth/admission.ts';

/** What may stand in a log line, and nothing that could be taken for another one. */
const requestIdPattern = /^[\w.:@+/=-]{1,100}$/;

export type CallerOf = (request: IncomingMessage) => Caller;

/**
 * `trustedProxies`: addresses, or networks such as 10.0.0.0/8. What anybody else says in X-Forwarded-For is not
 * believed: the client is the last address in it that no trusted proxy has.
 */
export function createCallerOf(trustedProxies: readonly string[]): CallerOf {
  const trusted = new BlockList();
  for (const one of trustedProxies) {
    const [address = '', prefix] = one.split('/');
    if (prefix === undefined) trusted.addAddress(address, familyOf(address));
    else trusted.addSubnet(address, Number(prefix), familyOf(address));
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));

  function addressOf({ socket, headers }: IncomingMessage): string {
    let address = plain(socket.remoteAddress ?? '');
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(address)) {
      const before = plain(forwarded.pop()?.trim() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  return (request) => {
    const given = request.headers['x-request-id'];
    const isGood = typeof given === 'string' && requestIdPattern.test(given);
    return { requestId: isGood ? given : randomUUID(), address: addressOf(request) };
  };
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An address of IPv4 that came over IPv6 is the same client. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
