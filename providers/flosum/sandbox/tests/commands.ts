import { describe, expect, it } from 'vitest';
import {
  acme,
  all,
  create,
  list,
  newestFirst,
  now,
  order,
  orgs,
  retail,
  settings,
  start,
  uat,
} from '../../../../test/support/flosum-sandbox.ts';

describe('creating', () => {
  it('answers a sentence, and lists the job a little later', async () => {
    await using sandbox = await start({ history: 25 });
    const [newest] = (await list(sandbox, `${all}&sortBy=jobId&order=DESC`)).items;
    const { status, body } = await create(sandbox, { name: 'gw-1' });
    expect([status, body]).toEqual([201, { message: 'Backup job has been created' }]);
    sandbox.clock.advance(1400);
    expect((await list(sandbox, `${all}&search=gw-1`)).total).toBe(0);
    sandbox.clock.advance(200);
    const [row] = (await list(sandbox, `${all}&search=gw-1`)).items;
    expect(row).toMatchObject({ name: 'gw-1', jobStatus: 'In Progress', operationType: 'Composite Backup' });
    expect(row?.jobId).toBeGreaterThan(newest?.jobId ?? Number.POSITIVE_INFINITY);
    expect(Date.parse(row?.startedDate ?? '')).toBeLessThanOrEqual(now);
    expect(Date.parse(row?.startedDate ?? '')).toBeGreaterThan(now - 1000);
    expect(sandbox.created).toBe(1);
  });

  it('waits as long as it is told before it lists the job', async () => {
    await using sandbox = await start();
    sandbox.visibleAfterMs = 0;
    await create(sandbox, {}, acme);
    expect((await list(sandbox)).total).toBe(1);
    sandbox.visibleAfterMs = Number.POSITIVE_INFINITY;
    await create(sandbox, {}, uat);
    sandbox.clock.advance(1e9);
    expect((await list(sandbox, newestFirst, uat)).total).toBe(0);
    expect(sandbox.jobs).toHaveLength(2);
  });

  it('refuses a second one while any job of the connection is active, listed or not', async () => {
    await using sandbox = await start();
    expect((await create(sandbox)).status).toBe(201);
    const second = await create(sandbox);
    expect(second.status).toBe(409);
    expect(second.body).toEqual({
      message: 'Backup job is already running. You must abort it or wait for it to finish before creating another',
      error: 'Conflict',
      statusCode: 409,
    });
    expect((await create(sandbox, {}, uat)).status).toBe(201);
    sandbox.clock.advance(59_000);
    expect((await create(sandbox)).status).toBe(409);
    sandbox.clock.advance(1000);
    expect((await create(sandbox)).status).toBe(201);
    expect(sandbox.created).toBe(3);
    sandbox.startOutside(retail, { operationType: 'Templated Archive' });
    expect((await create(sandbox, {}, retail)).status).toBe(409);
  });

  it('takes the mode and the metadata setting over, and a template with or without its id', async () => {
    await using sandbox = await start();
    const without = { ...settings, isIncludeMetadata: false };
    expect((await create(sandbox, { mode: 'template', settings: { ...without, templateId: 3 } })).status).toBe(201);
    expect((await create(sandbox, { mode: 'template' }, uat)).status).toBe(201);
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === acme)).toMatchObject({
      operationType: 'Templated Backup',
      isIncludeMetadata: false,
    });
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === uat)?.isIncludeMetadata).toBe(true);
  });

  it.each([
    [['name must be a string'], { name: 2026 }],
    [['name must be a string', 'description must be a string'], { name: undefined, description: 7 }],
    [['mode must be one of the following values: full, template'], { mode: 'archive' }],
    [['settings must be an object'], { settings: undefined }],
    [['settings must be an object'], { settings: [] }],
    [['settings.isIncludeTagObjects must be a boolean value'], { settings: { ...settings, isIncludeTagObjects: 1 } }],
    [
      ['settings.templateId should only be provided for template backups'],
      { settings: { ...settings, templateId: 3 } },
    ],
    [
      ['settings.templateId must be a number conforming to the specified constraints'],
      { mode: 'template', settings: { ...settings, templateId: '3' } },
    ],
  ])('refuses because %s', async (problems, given) => {
    await using sandbox = await start();
    const { status, body } = await create(sandbox, given);
    expect([status, body.message, body.error]).toEqual([400, problems, 'Bad Request']);
    expect([sandbox.created, sandbox.jobs.length]).toEqual([0, 0]);
  });

  it('names all eight settings when they are missing', async () => {
    await using sandbox = await start();
    const { body } = await create(sandbox, { settings: {} });
    expect(body.message).toEqual(Object.keys(settings).map((name) => `settings.${name} must be a boolean value`));
  });

  it('refuses a body that is none, before an unknown connection', async () => {
    await using sandbox = await start();
    const headers = { authorization: `Bearer ${sandbox.token}` };
    const path = `${sandbox.url}${orgs}/999/backups/backup`;
    const post = async (body: string, type: string) =>
      (await fetch(path, { method: 'POST', body, headers: { ...headers, 'content-type': type } })).status;
    expect(await post('{', 'application/json')).toBe(400);
    expect(await post(JSON.stringify(order), 'text/plain')).toBe(400);
    expect(await post(JSON.stringify(order), 'application/json; charset=utf-8')).toBe(404);
    expect((await create(sandbox, {}, 'x')).status).toBe(400);
    expect((await create(sandbox, {}, 999)).body).toMatchObject({ message: 'no connection 999' });
  });

  it('refuses an empty description when it is told to', async () => {
    await using sandbox = await start();
    sandbox.needsDescription = true;
    expect((await create(sandbox)).body.message).toEqual(['description should not be empty']);
    expect((await create(sandbox, { description: 'x' })).status).toBe(201);
  });
});
