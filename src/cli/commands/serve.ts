/** The command `serve`: the gateway. */
import { setTimeout } from 'node:timers/promises';
import { products } from '../../../providers/index.ts';
import { createApp } from '../../app.ts';
import { isOn } from '../../config/browsers.ts';
import { type Config, parseConfig } from '../../config/config.ts';
import { openMetrics } from '../../observability/metrics/metrics.ts';
import { openTracing } from '../../observability/tracing/tracing.ts';
import { waitForStorage } from '../../storage/storage.ts';
import { graphqlPath } from '../../transport/server.ts';
import { version } from '../../version.ts';
import type { Command } from '../command.ts';
import { reportUnexpected } from '../expectation-report.ts';
import { readConfigFiles, startReloads } from '../reloads.ts';
import { startSandboxes } from '../sandboxes.ts';

export const run: Command = async (flags, terminal) => {
  const { say, complain } = terminal;
  const demo = flags.config === undefined ? await startSandboxes() : null;
  const read = demo ? null : await readConfigFiles(flags, terminal);
  const config = read?.config ?? parseConfig(demo?.yaml ?? '', products, {}, flags);
  const { lockSeconds } = config.ledger;
  const storage = await waitForStorage(config.storage.url, {
    waitMs: lockSeconds * 1000,
    takeoverMs: config.storage.takeoverSeconds * 1000,
    listenUrl: config.storage.listenUrl,
    onWait: (reason) => complain(`${reason}\nWaiting up to ${lockSeconds} s for it.\n`),
  });
  const names = config.providers.map(({ name }) => name);
  const metrics = config.metrics && (await openMetrics(config.metrics, names));
  const tracing = config.tracing && (await openTracing(config.tracing, version.version));
  const isSandbox = demo !== null;
  const keepsHistory = isSandbox || config.storage.url !== ':memory:';
  const app = createApp(config, products, { isSandbox, storage, metrics, tracing, keepsHistory });
  const stopped = terminal.untilStopped();
  try {
    await app.started;
  } catch (error) {
    await app.close();
    throw error;
  }
  const stopReloads = read ? startReloads(flags, terminal, read, app) : () => undefined;
  // For the message of a port that is taken.
  const measured = await app.metrics?.listen().catch((error: unknown) => {
    throw Object.assign(error as Error, { setting: 'metrics.port' });
  });
  // Node reads the source map of the program at the first stack trace, which takes 50 ms: not while requests wait.
  void new Error('reads the source map').stack;
  const origin = await app.server.listen(config.server.port, config.server.host);
  // A Unix socket has no URL.
  const path = `${config.server.basePath ?? ''}${graphqlPath}`;
  const hasUrl = config.server.socket === null;
  say(`Backplane is listening on ${origin}${hasUrl ? path : ''}`);
  if (measured !== undefined) say(`Metrics: ${measured}`);
  say(
    isOn(config.server.graphiql, config.auth !== null)
      ? `GraphiQL: open ${origin}${path} in a browser.`
      : 'GraphiQL is off, as it is by default with auth; server.graphiql: true switches it on.',
  );
  if (config.server.dashboard) say(`Dashboard: open ${origin}${config.server.basePath ?? ''}/ui in a browser.`);
  if (config.auth === null && isReachedByOthers(config)) {
    say('auth is none: everyone who reaches this gateway through your proxy may read, start and stop everything.');
  }
  if (demo) {
    say('This is sandbox data: pretended products, made-up backups. Nothing real is read or started.');
    say('For your own systems: copy backplane.example.yaml, then npm start -- --config FILE');
  } else if (config.storage.url === ':memory:') {
    say('storage.url is not set: what became of commands is forgotten when this process ends.');
  }
  if (!storage.listens) {
    say('storage.url leads to a pooler: what other replicas tell is read once a second. Set storage.listenUrl.');
  }
  const leaving = new AbortController();
  const reported = reportUnexpected(app.providers, config.providers, leaving.signal).then((lines) => lines.map(say));
  const signal = await stopped;
  leaving.abort();
  stopReloads();
  await reported;
  const { shutdownSeconds } = config.server;
  if (signal === 'SIGTERM' && shutdownSeconds > 0) {
    app.server.drain();
    say(`Stopping in ${shutdownSeconds} s; /health/ready is 503 until then.`);
    await setTimeout(shutdownSeconds * 1000);
  }
  await app.close();
  await Promise.all(demo?.sandboxes.map((running) => running.close()) ?? []);
  return 0;
};

/** It listens on a loopback address, and somebody has put a proxy before it. */
const isReachedByOthers = ({ server: { publicUrl, trustedProxies } }: Config): boolean =>
  trustedProxies.length > 0 || (publicUrl !== null && !isLoopbackName(new URL(publicUrl).hostname));

const isLoopbackName = (name: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(name);
