/** By which names this gateway may be asked, where nobody is asked who they are. */
import type { IncomingMessage } from 'node:http';

export interface HostOptions {
  readonly authRequired: boolean;
  readonly host: string;
  readonly publicUrl: string | null;
}

/**
 * Anybody can give a name that they own the address 127.0.0.1. To a browser on this machine their page and this gateway
 * are one origin then, and neither CORS nor `Origin` protects it (DNS rebinding): only the name itself tells. Where a
 * token is asked for, such a page has none.
 */
export function createHostCheck({ authRequired, host, publicUrl }: HostOptions): (request: IncomingMessage) => boolean {
  if (authRequired) return () => true;
  const own = [host.includes(':') ? `[${host}]` : host, ...(publicUrl === null ? [] : [new URL(publicUrl).host])];
  const known = new Set(['localhost', '[::1]', ...own.map(nameIn)]);
  return ({ headers }) => {
    const name = nameIn(headers.host ?? '');
    return name !== null && (known.has(name) || /^127(\.\d+){3}$/.test(name));
  };
}

/** A name or an address in the one way that it is written, without the port. */
function nameIn(host: string): string | null {
  const url = `http://${host}`;
  return /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}
