/** Section `server`: the address of the gateway, proxies, browsers and connections of clients. */
import { z } from 'zod';
import { browserFields } from './browsers.ts';
import { clientLimits } from './clients.ts';
import { fitsBasePath, proxyFields } from './proxies.ts';
import { tlsSettings } from './tls.ts';

export const serverSettings = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'Address to listen on; `--host` overrides it. Without `auth` it must be a loopback address, because anyone who reaches the gateway may use it.',
      ),
    port: z
      .int()
      .min(0)
      .max(65535)
      .default(4000)
      .describe('TCP port to listen on; `--port` overrides it. 0: a free port, which the first printed line names.'),
    socket: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe(
        'Unix socket to listen on instead of `host` and `port`. The file of a gateway that has ended is replaced. A proxy that connects by it is trusted: the client address is read from `forwardedHeader`. null: none.',
      ),
    socketMode: z
      .string()
      .regex(/^0?[0-7]{3}$/, { error: 'expected the mode of a file in quotes, such as "0660"' })
      .default('0660')
      .describe('Who may connect by `socket`: the mode of its file, in quotes.'),
    tls: tlsSettings
      .nullable()
      .default(null)
      .describe(
        'Certificate of the gateway, for https and wss. Its files are read again when they change. null: plain http, on a loopback address or behind a proxy.',
      ),
    ...proxyFields,
    compression: z
      .boolean()
      .default(true)
      .describe(
        'Whether answers of at least 1 KiB are compressed (br, gzip or deflate) for clients that accept it. Event streams and WebSockets never are. false: if a proxy in front compresses, or the network is faster than the processor.',
      ),
    keepAliveSeconds: z
      .number()
      .positive()
      .max(3600)
      .default(75)
      .describe(
        'Seconds that an HTTP connection may stay idle between two requests. Set it higher than the idle timeout of a load balancer in front.',
      ),
    shutdownSeconds: z
      .number()
      .min(0)
      .max(3600)
      .default(0)
      .describe(
        'Seconds after SIGTERM for which the gateway goes on to answer while `/health/ready` is 503, so that load balancers send their requests elsewhere. Then it stops within 5 s. 0: it stops at once, as after SIGINT. Kubernetes: less than `terminationGracePeriodSeconds` by 10.',
      ),
    ...browserFields,
    clients: clientLimits.prefault({}).describe('Limits for each connection of a client.'),
  })
  .refine(fitsBasePath, {
    path: ['publicUrl'],
    error:
      'expected a URL whose path ends with server.basePath, as clients ask for it: https://backups.example.com/backplane',
  });
