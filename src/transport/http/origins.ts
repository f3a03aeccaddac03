/** Whose page asks: one answer for HTTP and WebSocket. */
import type { IncomingMessage } from 'node:http';
import { schemeOf } from '../shared/scheme.ts';

export interface Origins {
  /** No page but our own may ask. */
  readonly isEmpty: boolean;
  isListed(origin: string | undefined): boolean;
  /** It is no page that asks, or one of ours, or one of a listed origin. A page without an origin says `null`. */
  mayAsk(request: IncomingMessage): boolean;
  /** The browser says that a page of elsewhere makes it ask, which may not; it does not say so of every request. */
  isForeign(request: IncomingMessage): boolean;
}

/**
 * Our own page is at `publicUrl`, or at the address that was asked. Behind a proxy that speaks
 * HTTPS to clients and plain HTTP to us, only `publicUrl` can say that such a page is ours. `allowsLocalPages`: a page may come from any port of this machine
 * from, it counts as listed.
 */
export function createOrigins(
  listedOrigins: readonly string[],
  publicUrl: string | null,
  allowsLocalPages: boolean,
): Origins {
  const known = new Set(listedOrigins);
  const isListed = (origin: string): boolean => known.has(origin) || (allowsLocalPages && localPage.test(origin));
  const own = publicUrl === null ? null : new URL(publicUrl).origin;

  function mayAsk({ headers: { origin, host }, socket }: IncomingMessage): boolean {
    if (origin === undefined || isListed(origin)) return true;
    return origin === own || (host !== undefined && origin === originOf(`${schemeOf(socket)}://${host}`));
  }

  return {
    isEmpty: known.size === 0 && !allowsLocalPages,
    isListed: (origin) => origin !== undefined && isListed(origin),
    mayAsk,
    isForeign(request) {
      const site = request.headers['sec-fetch-site'];
      if (site === undefined) return !mayAsk(request);
      // `none`: a person typed the address or opened a bookmark.
      if (site === 'same-origin' || site === 'none') return false;
      return request.headers.origin === undefined || !mayAsk(request);
    },
  };
}

/** Such as the development server of a frontend. */
const localPage = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** As a browser writes it: lower case, and without the usual port. */
const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
