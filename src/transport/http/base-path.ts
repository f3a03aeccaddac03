/** The base path of a gateway behind a proxy that passes paths on unchanged: everything is below it, and nothing beside it. */
import type { IncomingMessage } from 'node:http';

/**
 * Takes the base path off the URL of a request, so that all that follows sees the paths of a gateway without one. False:
 * the request is for something outside, and must be refused; its path is then that of no route.
 */
export function enterBasePath(request: IncomingMessage, basePath: string): boolean {
  const { url = '/' } = request;
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : null;
  const isInside = rest !== null && /^($|[/?])/.test(rest);
  if (!isInside) request.url = outside;
  else request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return isInside;
}

/** As in `OPTIONS *`, which asks for no path. */
const outside = '*';
