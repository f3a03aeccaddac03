/** The listener of metrics: who may read, what it answers, and that its failures stay its own. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { addObserver, observer } from '../../../src/core/observer.ts';
import { createMetricsListener } from '../../../src/observability/metrics/listener.ts';
import { startMeasuredGateway } from '../../support/measured.ts';

const hash = (token: string) => createHash('sha256').update(token).digest('hex');

async function listen(options: Partial<Parameters<typeof createMetricsListener>[0]> = {}) {
  const bugs: unknown[] = [];
  let renderings = 0;
  const listener = createMetricsListener({
    tokenSha256: null,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    render: () => Promise.resolve(`rendering ${++renderings}\n`),
    onBug: (error) => bugs.push(error),
    ...options,
  });
  const url = await listener.listen(0, '127.0.0.1');
  return {
    bugs,
    url,
    get: (path = '/metrics', headers = {}, method = 'GET') => fetch(new URL(path, url), { headers, method }),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

describe('the listener of metrics', () => {
  it('answers GET and HEAD of one path', async () => {
    await using listener = await listen();
    const answer = await listener.get();
    expect([answer.status, await answer.text()]).toEqual([200, 'rendering 1\n']);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await listener.get('/metrics?x=1', {}, 'HEAD')).status).toBe(200);
    expect((await listener.get('/')).status).toBe(404);
    expect((await listener.get('/graphql', {}, 'POST')).status).toBe(404);
    const refused = await listener.get('/metrics', {}, 'POST');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('asks for its token where it has one', async () => {
    await using listener = await listen({ tokenSha256: hash('scrape-token') });
    const refused = await listener.get();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await listener.get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await listener.get('/metrics', { authorization: 'Basic scrape-token' })).status).toBe(401);
    expect((await listener.get('/metrics', { authorization: 'Bearer scrape-token' })).status).toBe(200);
  });

  it('answers no page that points its own name at this machine', async () => {
    await using listener = await listen();
    for (const host of ['localhost:9464', '127.0.0.1', '[::1]:1'])
      expect(await statusFor(listener.url, host)).toBe(200);
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil:80'])
      expect(await statusFor(listener.url, host)).toBe(421);
    await using guarded = await listen({ tokenSha256: hash('scrape-token') });
    expect(await statusFor(guarded.url, 'gateway.internal')).toBe(401);
  });

  it('renders once for scrapes at the same time', async () => {
    let renderings = 0;
    let finish: (text: string) => void = () => undefined;
    const render = () => {
      renderings++;
      return new Promise<string>((done) => (finish = done));
    };
    await using listener = await listen({ render });
    const answers = [1, 2, 3].map(() => listener.get());
    await expect.poll(() => renderings).toBe(1);
    // The others have arrived by the time that a fourth one has.
    await listener.get('/');
    finish('done\n');
    for (const answer of answers) expect(await (await answer).text()).toBe('done\n');
    expect(renderings).toBeLessThanOrEqual(3);
  });

  it('reports a failure and goes on', async () => {
    let isBroken = true;
    const render = () => (isBroken ? Promise.reject(new Error('planted')) : Promise.resolve('fine\n'));
    await using listener = await listen({ render });
    expect((await listener.get()).status).toBe(500);
    expect(String(listener.bugs[0])).toContain('planted');
    isBroken = false;
    expect((await listener.get()).status).toBe(200);
  });
});

describe('metrics that fail', () => {
  it('change nothing for a client, and are counted', async () => {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    await using gateway = await startMeasuredGateway({ providers: [sandbox.config] });
    const bugs: unknown[] = [];
    const throwing = new Proxy(
      {},
      {
        get: () => () => {
          throw new Error('planted');
        },
      },
    ) as never;
    const remove = addObserver(throwing, (error) => bugs.push(error));
    const { data, errors } = await gateway.askText('{ backups(first: 2) { nodes { id } } }');
    remove();
    expect(errors).toBeUndefined();
    expect(data?.['backups']).toBeTruthy();
    expect(bugs.length).toBeGreaterThan(3);
    await sandbox.close();
  });

  it('leave no observer behind when the gateway closes', async () => {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    const gateway = await startMeasuredGateway({ providers: [sandbox.config] });
    expect(observer()).not.toBeNull();
    await gateway[Symbol.asyncDispose]();
    expect(observer()).toBeNull();
    await expect(fetch(gateway.metricsUrl)).rejects.toThrow();
    await sandbox.close();
  });
});
