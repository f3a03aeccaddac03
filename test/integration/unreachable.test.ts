/** What clients and operators are told of providers that cannot be reached, over HTTP and in the log. */
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import { createCertificate } from '../support/certificate.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus, resetsBefore } from '../support/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { captureLog } from '../support/log-lines.ts';
import { ask } from '../support/main.ts';

interface Problem {
  readonly provider: { readonly name: string };
  readonly message: string;
}

interface Provider {
  readonly name: string;
  readonly health: { readonly status: string; readonly problem: { readonly message: string } | null };
}

async function problemsAt(origin: string): Promise<readonly Problem[]> {
  const answer = await ask(origin, '{ backups(first: 3) { problems { provider { name } message } } }');
  return (answer as { data: { backups: { problems: Problem[] } } }).data.backups.problems;
}

async function providersAt(origin: string): Promise<readonly Provider[]> {
  const answer = await ask(origin, '{ providers { name health { status problem { message } } } }');
  return (answer as { data: { providers: Provider[] } }).data.providers;
}

const namesOf = (problems: readonly Problem[]) => problems.map(({ provider }) => provider.name).sort();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('is why, in problems and health alike, with a warning for each change and a line when it answers again', async () => {
  const secure = createSecureServer(createCertificate(), (_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const port = await freePort();
  const borg = { kind: 'borg', username: 'admin', password: 'x', limits: { retries: 0 } };
  const { port: securePort } = secure.address() as AddressInfo;
  await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
  await using gateway = startGateway({
    providers: [
      { ...borg, ...sandbox.config, name: 'refused', url: `http://127.0.0.1:${port}` },
      { ...borg, name: 'unknown', url: 'http://no-such-host.invalid' },
      { ...borg, name: 'distrusted', url: `https://127.0.0.1:${securePort}` },
    ],
  });
  const log = captureLog(gateway.app);
  const origin = await gateway.listen();
  const reasons: Record<string, RegExp> = {
    refused: /^refused cannot be reached: the connection was refused\. Check that it runs, and the port in its url\.$/,
    unknown: /^unknown cannot be reached: (its host name was not found: check|the name server did not answer)/,
    distrusted: /^distrusted cannot be reached: its certificate is not trusted\. Set "ca" to .*NODE_EXTRA_CA_CERTS/,
  };
  for (let time = 0; time < 3; time++) {
    const problems = await problemsAt(origin);
    expect(namesOf(problems)).toEqual(Object.keys(reasons).sort());
    for (const { provider, message } of problems) expect(message).toMatch(reasons[provider.name] as RegExp);
    for (const { name, health } of await providersAt(origin)) {
      expect(health).toMatchObject({
        status: 'DOWN',
        problem: { message: expect.stringMatching(reasons[name] as RegExp) },
      });
    }
  }
  const linesOf = (name: string) =>
    log.lines.filter(({ provider }) => provider === name).map(({ level, msg, reason }) => ({ level, msg, reason }));
  const warning = (name: string) => ({
    level: 'warn',
    msg: 'a provider cannot be reached',
    reason: expect.stringMatching(reasons[name] as RegExp),
  });
  for (const name of Object.keys(reasons)) expect(linesOf(name)).toEqual([warning(name)]);
  // What Node called it, to look up.
  const causes = log.lines.flatMap(({ msg, cause }) => (msg === 'a provider cannot be reached' ? [cause] : []));
  expect(causes).toContain('ECONNREFUSED');
  expect(causes).toHaveLength(3);
  await using _back = await startBorgSandbox({ demo: false, history: 1, port });
  await expect.poll(async () => namesOf(await problemsAt(origin))).toEqual(['distrusted', 'unknown']);
  expect(linesOf('refused')).toEqual([
    warning('refused'),
    { level: 'info', msg: 'a provider answers again', reason: undefined },
  ]);
  expect(log.text()).not.toMatch(/no-such-host|127\.0\.0\.1/);
  secure.close();
});

it('is one line for each reason, though reasons take turns', async () => {
  await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
  await using proxy = await startFaultProxy(sandbox.url);
  await using gateway = startGateway({
    providers: [
      { ...sandbox.config, url: proxy.url, limits: { retries: 0, breakerCalls: 100, breakerMinimumCalls: 100 } },
    ],
  });
  const log = captureLog(gateway.app);
  const origin = await gateway.listen();
  for (let time = 0; time < 3; time++) {
    for (const fault of [answersStatus(503), resetsBefore()]) {
      const outage = proxy.fail(fault);
      expect(namesOf(await problemsAt(origin))).toEqual(['files']);
      outage.stop();
    }
  }
  const lines = () => log.lines.filter(({ provider }) => provider === 'files').map(({ msg }) => msg);
  const away = 'a provider cannot be reached';
  expect(lines()).toEqual([away, away]);
  await problemsAt(origin);
  proxy.fail(answersStatus(503));
  await problemsAt(origin);
  expect(lines()).toEqual([away, away, 'a provider answers again', away]);
});

it.each(products.map((product) => [product.kind, product] as const))(
  'is one line for each change, of %s with its login',
  async (_kind, product) => {
    const sandbox = await product.startSandbox({});
    const { name, url } = sandbox.config as unknown as { name: string; url: string };
    await using proxy = await startFaultProxy(new URL(url).origin);
    const { pathname } = new URL(url);
    await using gateway = startGateway({
      providers: [{ ...sandbox.config, url: new URL(pathname, proxy.url).href, limits: { retries: 0 } }],
    });
    const log = captureLog(gateway.app);
    const origin = await gateway.listen();
    const lines = () => log.lines.filter(({ provider }) => provider === name).map(({ msg }) => msg);
    const outage = proxy.fail(resetsBefore());
    for (let time = 0; time < 3; time++) expect(namesOf(await problemsAt(origin))).toEqual([name]);
    expect(lines()).toEqual(['a provider cannot be reached']);
    outage.stop();
    expect(await problemsAt(origin)).toEqual([]);
    expect(lines()).toEqual(['a provider cannot be reached', 'a provider answers again']);
    await sandbox.close();
  },
);
