import { describe, expect, it, vi } from 'vitest';
import {
  ask,
  dayMs,
  detail,
  detailPath,
  list,
  listPath,
  organization,
  post,
  type Reply,
  type Row,
  start,
  startOf,
} from '../../../../test/support/labii-sandbox.ts';
import type { LabiiSandbox } from '../contract.ts';

/** Sends a POST and comes back when the sandbox has taken it. The reply is a property, or it would be awaited too. */
async function posted(sandbox: LabiiSandbox, serializer?: string): Promise<{ reply: Promise<Reply<Row>> }> {
  const before = sandbox.billed;
  const reply = post(sandbox, serializer);
  reply.catch(() => {});
  await vi.waitFor(() => expect(sandbox.billed).toBe(before + 1), { interval: 1 });
  return { reply };
}

describe('a POST in v1', () => {
  it('is answered only when the run is over, and nothing shows before', async () => {
    await using sandbox = await start();
    const { reply } = await posted(sandbox);
    let isAnswered = false;
    void reply.then(() => {
      isAnswered = true;
    });
    sandbox.clock.advance(94_000);
    expect((await list(sandbox)).count).toBe(0);
    expect(isAnswered).toBe(false);
    sandbox.clock.advance(1000);
    const { status, body } = await reply;
    expect(status).toBe(200);
    expect(body).toEqual((await list(sandbox)).results[0]);
    expect(body.name).toBe('20261122095959.gz');
    expect(body.date_created).toMatch(/^2026-11-22T10:01:34\.999\d{3}Z$/);
    expect(body.date_created.endsWith('000Z')).toBe(false);
    expect(sandbox.requests.find(({ method }) => method === 'POST')?.status).toBe(200);
  });

  it('ends when the run did, however far the clock has jumped', async () => {
    await using sandbox = await start();
    const long = await posted(sandbox);
    sandbox.postDurationMs = 10_000;
    const short = await posted(sandbox);
    sandbox.clock.advance(dayMs);
    const [slow, fast] = [(await long.reply).body, (await short.reply).body];
    expect(Date.parse(slow.date_created) - Date.parse(fast.date_created)).toBe(85_000);
    expect(slow.name).toBe(fast.name);
  });

  it('makes and bills another backup every time', async () => {
    await using sandbox = await start();
    sandbox.postDurationMs = 0;
    const first = (await post(sandbox)).body;
    const second = (await post(sandbox, 'name')).body;
    expect(Object.keys(second)).toEqual(['sid', 'name']);
    expect(first.sid).not.toBe(second.sid);
    expect([sandbox.billed, sandbox.rows.length]).toEqual([2, 2]);
  });

  it('answers 201 when told to', async () => {
    await using sandbox = await start();
    sandbox.postStatus = 201;
    sandbox.postDurationMs = 0;
    expect((await post(sandbox)).status).toBe(201);
  });

  it('can be finished by hand, but not the run of somebody else', async () => {
    await using sandbox = await start();
    const { reply } = await posted(sandbox);
    sandbox.startOutside(organization(sandbox));
    sandbox.clock.advance(3000);
    sandbox.finishPosts();
    const { body } = await reply;
    expect(Date.parse(body.date_created) - startOf(body.name)).toBeLessThan(5000);
    expect((await list(sandbox)).count).toBe(1);
  });

  it('goes on when its caller has hung up, and is billed', async () => {
    await using sandbox = await start();
    const stop = new AbortController();
    const reply = fetch(sandbox.config.url + listPath(organization(sandbox)), {
      method: 'POST',
      headers: { token: sandbox.token },
      signal: stop.signal,
    });
    reply.catch(() => {});
    await vi.waitFor(() => expect(sandbox.billed).toBe(1), { interval: 1 });
    stop.abort();
    await expect(reply).rejects.toThrow('abort');
    sandbox.clock.advance(95_000);
    expect((await list(sandbox)).count).toBe(1);
  });

  it('leaves no row when the run fails, once', async () => {
    await using sandbox = await start();
    sandbox.nextOutcome = 'error';
    const { reply } = await posted(sandbox);
    sandbox.finishPosts();
    expect((await reply).status).toBe(500);
    expect([sandbox.rows.length, sandbox.billed, sandbox.nextOutcome]).toEqual([0, 1, 'completed']);
    sandbox.postDurationMs = 0;
    expect((await post(sandbox)).status).toBe(200);
  });

  it('can lose its answer although the backup was made', async () => {
    await using sandbox = await start();
    sandbox.nextOutcome = 'cut';
    const { reply } = await posted(sandbox);
    expect(sandbox.rows).toHaveLength(0);
    sandbox.clock.advance(95_000);
    await expect(reply).rejects.toThrow();
    expect((await list(sandbox)).count).toBe(1);
    expect(sandbox.requests[0]).toMatchObject({ method: 'POST', status: 0 });
  });

  it('is answered by a clock that runs by itself', async () => {
    await using sandbox = await start({ speed: 10_000 });
    const { body } = await post(sandbox);
    expect(Date.parse(body.date_created) - startOf(body.name)).toBeGreaterThanOrEqual(95_000);
  });

  it('is cut when the sandbox closes', async () => {
    const sandbox = await start();
    const { reply } = await posted(sandbox);
    await sandbox.close();
    await expect(reply).rejects.toThrow();
    sandbox.clock.advance(95_000);
    expect(sandbox.rows).toEqual([]);
    await sandbox.close();
  });
});

describe('a POST in the current generation', () => {
  it('answers at once with a row under way, which then completes', async () => {
    await using sandbox = await start({ generation: 'current' });
    const { body } = await post(sandbox);
    expect(body).toMatchObject({ status: 'In Progress', file_size: '0\u00a0bytes', versions: 0, files: 0 });
    expect((await list(sandbox)).results[0]).toMatchObject({ sid: body.sid, status: 'In Progress' });
    sandbox.clock.advance(94_000);
    expect((await detail(sandbox, body.sid)).body).toEqual(body);
    sandbox.clock.advance(1000);
    const done = (await detail(sandbox, body.sid)).body;
    expect(done).toMatchObject({ status: 'Completed', date_created: body.date_created, name: body.name });
    expect(done.file_size).toMatch(/^112\.\d\u00a0MB$/);
    expect(sandbox.billed).toBe(1);
  });

  it('can end in an error, and can be finished by hand', async () => {
    await using sandbox = await start({ generation: 'current' });
    sandbox.nextOutcome = 'error';
    const { sid } = (await post(sandbox)).body;
    const outside = sandbox.startOutside(organization(sandbox));
    sandbox.finishPosts();
    expect((await detail(sandbox, sid)).body).toMatchObject({ status: 'Error', file_size: '0\u00a0bytes' });
    expect((await detail(sandbox, outside)).body.status).toBe('In Progress');
  });

  it('can lose its answer with the row already there', async () => {
    await using sandbox = await start({ generation: 'current' });
    sandbox.nextOutcome = 'cut';
    await expect(post(sandbox)).rejects.toThrow();
    expect((await list(sandbox)).results.map(({ status }) => status)).toEqual(['In Progress']);
  });

  it('may be deleted before it is over', async () => {
    await using sandbox = await start({ generation: 'current' });
    const { sid } = (await post(sandbox)).body;
    await ask(sandbox, `DELETE ${detailPath(sid)}`);
    sandbox.clock.advance(95_000);
    expect(sandbox.rows).toEqual([]);
  });
});
