/** The address of a client behind proxies: which of the addresses that they name is believed, and in which form. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';
import parseForwarded from 'forwarded-parse';
import type { ForwardedHeader } from '../../config/proxies.ts';

export type ClientAddressOf = (request: IncomingMessage) => string;

/**
 * `trustedProxies`: addresses, or networks such as 10.0.0.0/8. The client is the last address in the header that is not
 * the address of a trusted proxy; addresses before it may be forged. Where an entry is no address (`unknown`, or an
 * obfuscated identifier), the client is the proxy that wrote that entry.
 */
export function createClientAddressOf(
  trustedProxies: readonly string[],
  header: ForwardedHeader,
  isUnixSocket = false,
): ClientAddressOf {
  const trusted = new BlockList();
  for (const one of trustedProxies) addTrusted(trusted, one);
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
  const read = header === 'Forwarded' ? readForwarded : readXForwardedFor;

  return ({ socket, headers }) => {
    const hops = read(headers);
    // Its peer has no address, and is trusted by the mode of the file.
    const peer = isUnixSocket ? (readAddress(hops.pop() ?? '') ?? 'unix socket') : socket.remoteAddress;
    let address = isUnixSocket && peer === 'unix socket' ? peer : (readAddress(peer ?? '') ?? '');
    if (!isTrusted(address)) return address;
    while (isTrusted(address)) {
      const before = readAddress(hops.pop() ?? '');
      if (before === null) break;
      address = before;
    }
    return address;
  };
}

/** Empty elements of a list mean nothing (RFC 9110, 5.6.1). */
const readXForwardedFor = (headers: IncomingMessage['headers']): string[] =>
  String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .filter((hop) => hop.trim() !== '');

/** RFC 7239. What cannot be read names nobody. */
function readForwarded({ forwarded = '' }: IncomingMessage['headers']): string[] {
  try {
    return parseForwarded(forwarded).map((hop) => hop['for'] ?? '');
  } catch {
    return [];
  }
}

/** An address without its port, brackets, quotes and zone, in the one form that it is compared in; null: none. */
export function readAddress(text: string): string | null {
  // A regular expression reads it, and the longest address has 45 characters.
  if (text.length > 100) return null;
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  if (isIP(bare) !== 0) return canonical(bare);
  const [, bracketed = '', plain = ''] = /^(?:\[([^\]]*)\]|(.*?))(?::(?:\d{0,5}|_[\w.-]+))?$/.exec(bare) ?? [];
  if (isIP(bracketed) === 6) return canonical(bracketed);
  return isIP(plain) === 0 ? null : canonical(plain);
}

/** IPv6 in its shortest form and without a zone; an IPv4 address that came over IPv6 is the same client. */
function canonical(address: string): string {
  if (isIP(address) === 4) return address;
  const [bare = ''] = address.split('%', 1);
  const shortest = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return shortest.replace(/^::ffff:(?=\d+\.)/, '');
}

function addTrusted(trusted: BlockList, proxy: string): void {
  const [given = '', prefix] = proxy.split('/');
  const address = canonical(given);
  const family = familyOf(address);
  const bits = Number(prefix);
  if (prefix === undefined) {
    trusted.addAddress(address, family);
  } else if (isIP(given) === 4 || family === 'ipv6') {
    trusted.addSubnet(address, bits, family);
  } else {
    // An IPv4-mapped network: below 96 bits it holds all addresses of IPv4.
    trusted.addSubnet(address, Math.max(bits - 96, 0), 'ipv4');
    if (bits < 96) trusted.addSubnet(given, bits, 'ipv6');
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
