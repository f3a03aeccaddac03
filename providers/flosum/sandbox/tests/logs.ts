import { describe, expect, it } from 'vitest';
import { acme, ask, byText, log, orgs, start, uat } from '../../../../test/support/flosum-sandbox.ts';
import type { FlosumSandbox } from '../contract.ts';

const linesOf = async (sandbox: FlosumSandbox, jobId: number): Promise<string[]> =>
  (await log(sandbox, jobId)).body.split('\n').slice(0, -1);

describe('the log of a job', () => {
  it('is a stream of lines that grows with the clock and ends with the job', async () => {
    await using sandbox = await start();
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 100, logLines: 99 } });
    expect(await linesOf(sandbox, jobId)).toEqual([
      `2026-11-22T10:00:00.000Z INFO  Job ${jobId} started: Composite Backup "Started in Flosum"`,
    ]);
    sandbox.clock.advance(50_000);
    const half = await linesOf(sandbox, jobId);
    expect(half).toHaveLength(51);
    sandbox.clock.advance(50_000);
    const whole = await linesOf(sandbox, jobId);
    expect(whole).toHaveLength(101);
    expect(whole.slice(0, 51)).toEqual(half);
    expect(whole).toEqual(whole.toSorted(byText));
    expect(whole.at(-1)).toMatch(/^2026-11-22T10:01:40\.000Z INFO {2}Job \d+ completed: \d+ records$/);
    expect(whole.join()).toContain('請求書__c');
  });

  it('says how the job ended', async () => {
    await using sandbox = await start();
    const ended = (outcome: 'Exception' | 'Aborted') =>
      sandbox.startOutside(acme, { script: { outcome, durationSeconds: 5, logLines: 0 } }).jobId;
    const [failed, aborted] = [ended('Exception'), ended('Aborted')];
    sandbox.clock.advance(6000);
    expect((await linesOf(sandbox, failed)).at(-1)).toMatch(/^\S+ ERROR REQUEST_LIMIT_EXCEEDED/);
    expect((await linesOf(sandbox, aborted)).at(-1)).toMatch(/^\S+ WARN {2}Job \d+ aborted by user$/);
    const { jobId } = sandbox.addFinished({ lines: ['one', 'two'] });
    expect((await log(sandbox, jobId)).body).toBe('one\ntwo\n');
  });

  it('stays open until the job ends when it can be followed', async () => {
    await using sandbox = await start();
    sandbox.followLogs = true;
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 10, logLines: 9 } });
    const response = await fetch(`${sandbox.url}${orgs}/7/jobs/${jobId}/logs/details`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    const next = async () => decoder.decode((await reader.read()).value, { stream: true });
    expect(await next()).toContain('started');
    sandbox.clock.advance(1000);
    expect(await next()).toContain('Account');
    sandbox.clock.advance(9000);
    let rest = '';
    for (let part = await next(); part !== ''; part = await next()) rest += part;
    expect(rest.split('\n')).toHaveLength(10);
    expect(rest).toContain('completed');
  });

  it('lets a follower leave', async () => {
    await using sandbox = await start();
    sandbox.followLogs = true;
    const { jobId } = sandbox.startOutside(acme);
    const stop = new AbortController();
    const response = await fetch(`${sandbox.url}${orgs}/7/jobs/${jobId}/logs/details`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    stop.abort();
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
  });

  it('belongs to the number of the job, and to its connection', async () => {
    await using sandbox = await start();
    const { id, jobId } = sandbox.addFinished();
    expect((await log(sandbox, jobId)).status).toBe(200);
    expect((await log(sandbox, id)).status).toBe(404);
    expect((await log(sandbox, jobId, uat)).status).toBe(404);
    expect((await log(sandbox, jobId, 999)).status).toBe(404);
    expect((await log(sandbox, 'x')).status).toBe(400);
    expect((await log(sandbox, jobId, 'x')).status).toBe(400);
  });

  it('can be missing from the service altogether', async () => {
    await using sandbox = await start({ jobLogs: false });
    const { jobId } = sandbox.addFinished();
    const path = `${orgs}/7/jobs/${jobId}/logs/details`;
    expect((await ask(sandbox, `GET ${path}`, { authorization: null })).body).toEqual({
      message: `Cannot GET ${path}`,
      error: 'Not Found',
      statusCode: 404,
    });
    sandbox.jobLogs = true;
    expect((await log(sandbox, jobId)).status).toBe(200);
  });
});
