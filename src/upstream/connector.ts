/** How connections to a product or a key server are opened: directly or through a proxy, with its own authorities and a client certificate. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buildConnector } from 'undici';

export interface ConnectionOptions {
  /** PEM text of the only certificate authorities to trust; undefined: those of Node. */
  readonly ca?: string | undefined;
  /** PEM texts of a client certificate and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** URL of a proxy that opens tunnels (CONNECT), with its user name and password; undefined: none. */
  readonly proxy?: string | undefined;
}

/** A tunnel was not opened: nothing was sent to the target. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** A new connection may succeed, as after any other refused one. */
  readonly code = 'ECONNREFUSED';
}

type Options = buildConnector.BuildOptions & { readonly timeout: number };

export function createConnector(
  { ca, cert, key, proxy }: ConnectionOptions,
  timeoutMs: number,
): Options | buildConnector.connector {
  const options: Options = {
    timeout: timeoutMs,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  };
  return proxy === undefined ? options : throughProxy(new URL(proxy), options);
}

function throughProxy(proxy: URL, options: Options): buildConnector.connector {
  const secure = buildConnector(options);
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const { username, password } = proxy;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
  return (target, callback) => {
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    const host = `${target.hostname}:${port}`;
    const fail = (message: string, options?: ErrorOptions) => callback(new ProxyError(message, options), null);
    const asked = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: host,
      headers: { host, ...(username === '' ? {} : authorization) },
      agent: false,
      timeout: options.timeout,
    });
    asked.once('connect', ({ statusCode }, socket) => {
      socket.setTimeout(0);
      if (statusCode !== 200) {
        socket.destroy();
        return fail(`refused to open a tunnel (HTTP ${statusCode})`);
      }
      if (target.protocol !== 'https:') return callback(null, socket);
      return secure({ ...target, httpSocket: socket } as buildConnector.Options, callback);
    });
    asked.once('timeout', () => asked.destroy(new Error('did not answer in time')));
    asked.once('error', (error: NodeJS.ErrnoException) => {
      fail(error.code ? `cannot be reached (${error.code})` : error.message, { cause: error });
    });
    asked.end();
  };
}
