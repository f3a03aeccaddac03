import { describe, expect, it, vi } from 'vitest';
import { createFlosumProvider, flosum } from '../../../../providers/flosum/index.ts';
import type { FlosumJob } from '../../../../providers/flosum/sandbox/jobs.ts';
import type { Provider } from '../../../../src/core/provider.ts';
import type { Started, StartRequest } from '../../../../src/core/provider-commands.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { answersStatus, hangs, resetsAfter } from '../../../support/faults.ts';
import { allStatuses, allTypes, get, idOf, now, open, refuses, request, start, to } from '../../../support/flosum.ts';
import { serve } from '../../../support/http-server.ts';

const create = (provider: Provider, settings: object, more: Partial<StartRequest> = {}): Promise<Started> =>
  provider.createBackup?.({ ...request(more), settings: { ...settings } }, never()) ?? Promise.reject(new Error());
const findStarted = (provider: Provider, mark: string | null, nonce = '0a1b2c3d') =>
  provider.findStarted?.({ entityId: '7', name: null, nonce, mark, handle: null, sentAt: now * 1000 }, never()) ??
  Promise.reject(new Error());

describe('starting a backup', () => {
  it('that the list shows soon gives it, without the mark in its name, and with what the list never shows', async () => {
    await using fixture = await open();
    fixture.sandbox.visibleAfterMs = 0;
    const started = await start(fixture.provider, { name: '4711', description: 'Before the move' });
    const [job] = fixture.sandbox.jobs as [FlosumJob];
    expect(job).toMatchObject({ name: '4711 gw-0a1b2c3d', connectionId: 7, isIncludeMetadata: true });
    expect(started).toMatchObject({
      backup: { localId: idOf(job), name: '4711', description: 'Before the move', status: 'RUNNING', type: 'FULL' },
      handle: String(job.jobId),
      message: null,
    });
    expect(await get(fixture.provider, job)).toEqual(started.backup);
  });

  it('sends texts as texts, and every setting', async () => {
    const answer = { page: { total: 0, items: [] }, start: { message: 'ok' } };
    await using server = await serve(({ method }, response) => {
      response.writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(method === 'POST' ? answer.start : answer.page));
    });
    const config = { name: 'salesforce', kind: 'flosum', url: server.url, token: 'x' };
    const provider = createFlosumProvider(flosum.config.parse(config), { looksAfterMs: [1] });
    await create(
      provider,
      { mode: 'TEMPLATE', templateId: 3, settings: { includeTagObjects: false } },
      { name: '12345' },
    );
    await provider.close();
    const kinds = 'Metadata BinaryObjects BigObjects FeedObjects ShareObjects HistoryObjects CustomMetadataTypeObjects';
    const included = Object.fromEntries(kinds.split(' ').map((kind) => [`isInclude${kind}`, true]));
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({
      name: '12345 gw-0a1b2c3d',
      description: '',
      mode: 'template',
      settings: { ...included, isIncludeTagObjects: false, templateId: 3 },
    });
    expect(server.requests[0]).toBe('POST /api/v1/connections/7/backups/backup');
  });

  it('that nobody named has a name of ours, and is one by a template where that was asked', async () => {
    await using fixture = await open();
    fixture.sandbox.visibleAfterMs = 0;
    const settings = { mode: 'TEMPLATE', templateId: 3, settings: { includeMetadata: false } };
    expect(await create(fixture.provider, settings)).toMatchObject({
      backup: { name: 'Backplane', description: null, type: 'TEMPLATE' },
    });
    expect(fixture.sandbox.jobs[0]).toMatchObject({ isIncludeMetadata: false });
  });

  it('that the list does not show yet is accepted all the same, and found later by its mark', async () => {
    await using fixture = await open();
    const mark = (await fixture.provider.markStart?.('7', never())) ?? '';
    const started = await start(fixture.provider);
    expect(started).toMatchObject({ backup: null, handle: null });
    expect(started.message).toBe('salesforce has accepted the start, and does not list the backup yet.');
    expect(await findStarted(fixture.provider, mark)).toEqual({ backup: null, candidates: [], error: null });
    fixture.sandbox.clock.advance(2000);
    expect(await findStarted(fixture.provider, mark)).toMatchObject({ backup: { entityId: '7', status: 'RUNNING' } });
    expect(fixture.sandbox.created).toBe(1);
  });

  it('looks for it a few times, and stops when nobody waits', async () => {
    await using fixture = await open({ looksAfterMs: [1, 1, 60_000] });
    const controller = new AbortController();
    const started = start(fixture.provider, {}, controller.signal);
    const looks = () =>
      fixture.sandbox.requests.filter(({ method, status }) => method === 'GET' && status === 200).length;
    await vi.waitUntil(() => looks() === 2);
    controller.abort();
    expect(await started).toMatchObject({ backup: null, handle: null });
    expect(looks()).toBe(2);
  });

  it('is accepted whatever becomes of the look for it', async () => {
    await using fixture = await open();
    fixture.proxy.fail(answersStatus(500), to('/backups'));
    expect(await start(fixture.provider)).toMatchObject({ backup: null });
    expect(fixture.sandbox.created).toBe(1);
  });

  it('takes for its own only a backup with its mark, and with a job after the one that was newest', async () => {
    await using fixture = await open();
    const older = fixture.sandbox.addFinished({ name: 'Copy gw-0a1b2c3d' });
    const mark = (await fixture.provider.markStart?.('7', never())) ?? '';
    expect(mark).toBe(String(older.jobId));
    fixture.sandbox.addFinished({ name: 'Backplane 0a1b2c3d' });
    expect((await findStarted(fixture.provider, mark)).backup).toBeNull();
    const ours = fixture.sandbox.addFinished({ name: 'Backplane gw-0a1b2c3d' });
    fixture.sandbox.addFinished({ name: 'Backplane gw-0a1b2c3d' });
    expect((await findStarted(fixture.provider, mark)).backup?.localId).toBe(idOf(ours));
    expect((await findStarted(fixture.provider, null)).backup?.localId).toBe(idOf(older));
  });

  it('asks for the newest job by its number, and for the mark by a search', async () => {
    await using fixture = await open({ history: 0 });
    expect(await fixture.provider.markStart?.('7', never())).toBe('0');
    await findStarted(fixture.provider, '0');
    expect(fixture.asked()).toEqual([
      `GET /7/backups?sortBy=jobId&order=DESC&page=1&limit=20&${allTypes}&${allStatuses}`,
      `GET /7/backups?sortBy=jobId&order=DESC&page=1&limit=20&${allTypes}&${allStatuses}&search=0a1b2c3d`,
    ]);
  });

  it('whose answer was lost is not sent again, and is found by its mark', async () => {
    await using fixture = await open();
    const mark = (await fixture.provider.markStart?.('7', never())) ?? '';
    fixture.proxy.fail(resetsAfter(), to('/backups/backup', 'POST'));
    expect((await failureOf(start(fixture.provider, { description: 'why' }))).code).toBe('OUTCOME_UNKNOWN');
    fixture.sandbox.clock.advance(2000);
    expect(await findStarted(fixture.provider, mark)).toMatchObject({ backup: { entityId: '7', description: 'why' } });
    expect(fixture.sandbox.created).toBe(1);
  });

  it('while one runs is a conflict that names it', async () => {
    await using fixture = await open();
    const running = fixture.sandbox.startOutside(7, { name: 'Before <b>release</b>' });
    fixture.sandbox.clock.advance(2000);
    fixture.sandbox.addFinished({ startedDate: '2026-11-22T10:00:01.000Z' });
    expect(await failureOf(start(fixture.provider))).toMatchObject({
      code: 'CONFLICT',
      field: ['input', 'entityId'],
      message: `salesforce is busy with this connection: backup ${running.id} “Before release” has been running since 2026-11-22T10:00:00.000Z. Ask again when it has ended.`,
    });
  });

  it('while one runs that cannot be named is a conflict in the words of the product', async () => {
    await using fixture = await open();
    fixture.sandbox.startOutside(7);
    fixture.proxy.fail(answersStatus(500), to('/backups'));
    expect(await failureOf(start(fixture.provider))).toMatchObject({
      code: 'CONFLICT',
      message:
        'salesforce says that something is in the way: Backup job is already running. You must abort it or wait for it to finish before creating another.',
    });
  });

  it('happens one after the other for one connection, and an aborted start leaves the queue', async () => {
    await using fixture = await open();
    const hanging = fixture.proxy.fail(hangs(), { ...to('/backups/backup', 'POST'), times: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const starts = [
      start(fixture.provider, { nonce: 'aaaaaaa1' }, first.signal),
      start(fixture.provider, { nonce: 'aaaaaaa2' }, second.signal),
      start(fixture.provider, { nonce: 'aaaaaaa3' }),
    ].map((call) => call.catch((error: unknown) => error));
    await hanging.untilHit();
    expect(await start(fixture.provider, { entityId: '12', nonce: 'aaaaaaa4' })).toMatchObject({ handle: null });
    second.abort();
    expect(await starts[1]).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(fixture.sandbox.created).toBe(1);
    first.abort();
    expect(await starts[0]).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await starts[2]).toMatchObject({ handle: null });
    const names = fixture.sandbox.jobs.map(({ name }) => name).filter((name) => name.includes('gw-aaaaaaa'));
    expect(new Set(names)).toEqual(new Set(['Backplane gw-aaaaaaa3', 'Backplane gw-aaaaaaa4']));
  });

  it('of a server that wants a description sends the name once more, and then knows', async () => {
    await using fixture = await open();
    fixture.sandbox.needsDescription = true;
    const posts = () => fixture.asked().filter((line) => line.startsWith('POST')).length;
    await start(fixture.provider, { name: 'Nightly' });
    expect(posts()).toBe(2);
    await start(fixture.provider, { entityId: '12', nonce: 'aaaaaaa2' });
    expect(posts()).toBe(1);
    await start(fixture.provider, { entityId: '31', nonce: 'aaaaaaa3', description: 'why' });
    expect(posts()).toBe(1);
    expect(fixture.sandbox.created).toBe(3);
  });

  it('that is refused for what it says is not sent again', async () => {
    await using fixture = await open();
    fixture.proxy.fail(refuses(400, ['name must be a string', 'see https://docs.example/x']), to('/backup', 'POST'));
    expect(await failureOf(start(fixture.provider))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'salesforce refuses what was asked: name must be a string; see [address].',
    });
    fixture.proxy.fail(refuses(400, ['description is too long']), to('/backup', 'POST'));
    expect((await failureOf(start(fixture.provider, { description: 'x' }))).code).toBe('BAD_USER_INPUT');
    expect(fixture.proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('with settings that are wrong sends nothing', async () => {
    await using fixture = await open();
    expect(await failureOf(create(fixture.provider, { mode: 'TEMPLATE' }))).toMatchObject({
      field: ['input', 'flosum', 'templateId'],
    });
    expect(await failureOf(create(fixture.provider, { templateId: 3 }))).toMatchObject({
      field: ['input', 'flosum', 'templateId'],
    });
    expect(fixture.asked()).toEqual([]);
  });

  it.each([
    ['a template that is not there', 404, 'Template not found'],
    ['the number of the template', 400, ['settings.templateId must be a number']],
  ])('that the product refuses for %s names the field of the template', async (_name, status, message) => {
    await using fixture = await open();
    fixture.proxy.fail(refuses(status, message), to('/backup', 'POST'));
    const failure = await failureOf(create(fixture.provider, { mode: 'TEMPLATE', templateId: 4711 }));
    expect(failure.field).toEqual(['input', 'flosum', 'templateId']);
    // A full backup has no template: the same words are about something else.
    expect((await failureOf(create(fixture.provider, {}))).field).not.toEqual(['input', 'flosum', 'templateId']);
  });

  it('of a connection that is not there is NOT_FOUND', async () => {
    await using fixture = await open();
    expect(await failureOf(start(fixture.provider, { entityId: '4711' }))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'salesforce has no such connection.',
      field: ['input', 'entityId'],
    });
  });
});
