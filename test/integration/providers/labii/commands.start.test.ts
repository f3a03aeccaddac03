import { describe, expect, it, vi } from 'vitest';
import { capabilitiesOf } from '../../../../src/core/provider.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { hangs, slowly } from '../../../support/faults.ts';
import { alpha, beta, byApiKey, get, listOf, mark, open, request, start } from '../../../support/labii.ts';

const to = (fragment: string, wanted = '') => ({
  match: (method: string, path: string) => method.startsWith(wanted) && path.includes(fragment),
});

describe('what Labii can do', () => {
  it('is to start, and in the current generation to describe', async () => {
    await using v1 = await open();
    await using current = await open({ generation: 'current' });
    expect(capabilitiesOf(v1.provider)).toEqual(['CREATE_BACKUP', 'START_BACKUP']);
    expect(capabilitiesOf(current.provider)).toEqual(['CREATE_BACKUP', 'START_BACKUP', 'UPDATE_DESCRIPTION']);
    expect([v1.provider.showPending, current.provider.showPending]).toEqual([expect.any(Function), undefined]);
  });
});

describe('starting a backup', () => {
  it('of v1 waits for its end, longer than a read may take, and is the answer itself', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), timeoutSeconds: 0.2 }) });
    fixture.proxy.fail(slowly(400), to(alpha, 'POST'));
    const pending = start(fixture.provider, alpha);
    await vi.waitFor(() => expect(fixture.sandbox.billed).toBe(1), { interval: 1 });
    fixture.sandbox.clock.advance(95_000);
    const { backup, handle, message } = await pending;
    expect(backup).toMatchObject({ entityId: alpha, status: 'SUCCEEDED', localId: handle });
    expect(((backup?.endedAt ?? 0) - (backup?.startedAt ?? 0)) / 1_000_000).toBeCloseTo(95, -1);
    expect(message).toBeNull();
    expect(await get(fixture.provider, handle ?? '')).toEqual(backup);
    expect(fixture.asked()[0]).toBe(`POST ${listOf(alpha)}`);
  });

  it('of v1 is shown as running from the moment it was sent, by the id that it is given', async () => {
    await using fixture = await open();
    const sent = { ...request, entityId: beta, mark: null, handle: null, sentAt: 1_700_000_000_000_001 };
    const shown = fixture.provider.showPending?.(sent, 'operation-7');
    expect(shown).toMatchObject({
      localId: 'operation-7',
      externalId: 'operation-7',
      entityId: beta,
      status: 'RUNNING',
    });
    expect(shown).toMatchObject({
      name: null,
      sortedAt: sent.sentAt,
      startedAt: sent.sentAt,
      endedAt: null,
      type: 'FULL',
    });
    expect(fixture.asked()).toEqual([]);
  });

  it('of the current generation answers at once with what runs, whether by 200 or 201', async () => {
    await using fixture = await open({ generation: 'current' });
    for (const postStatus of [200, 201] as const) {
      fixture.sandbox.postStatus = postStatus;
      expect((await start(fixture.provider, beta)).backup).toMatchObject({
        entityId: beta,
        status: 'RUNNING',
        sortedAt: expect.any(Number),
      });
    }
    expect(fixture.sandbox.billed).toBe(2);
  });

  it.each(['v1', 'current'] as const)(
    'of %s sends no body and no type of one: the vendor’s page has none',
    async (generation) => {
      await using fixture = await open({ generation });
      fixture.sandbox.postDurationMs = 0;
      await start(fixture.provider, alpha);
      const sent = fixture.sandbox.requests.findLast(({ method }) => method === 'POST');
      expect(sent?.headers['content-length']).toBe('0');
      expect(sent?.headers).not.toHaveProperty('content-type');
    },
  );

  it('with a name or a description is UNSUPPORTED, and nothing is billed', async () => {
    await using fixture = await open();
    for (const field of ['name', 'description']) {
      expect(await failureOf(start(fixture.provider, alpha, { [field]: 'x' }))).toMatchObject({
        code: 'UNSUPPORTED',
        field: ['input', field],
      });
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('of an organisation that is not configured asks nobody', async () => {
    await using fixture = await open();
    for (const entityId of ['nowhere', alpha.toLowerCase(), '']) {
      expect(await failureOf(start(fixture.provider, entityId))).toMatchObject({
        code: 'NOT_FOUND',
        field: ['input', 'entityId'],
      });
      expect((await failureOf(mark(fixture.provider, entityId))).code).toBe('NOT_FOUND');
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('that failed over there is sent once, and nobody says that nothing was done', async () => {
    await using fixture = await open();
    fixture.sandbox.postDurationMs = 0;
    for (const outcome of ['error', 'cut'] as const) {
      fixture.sandbox.nextOutcome = outcome;
      expect((await failureOf(start(fixture.provider, alpha))).code).toBe('OUTCOME_UNKNOWN');
    }
    expect(fixture.sandbox.billed).toBe(2);
  });

  it('that takes too long, or that is given up, is OUTCOME_UNKNOWN', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), startTimeoutSeconds: 0.2 }) });
    expect((await failureOf(start(fixture.provider, alpha))).code).toBe('OUTCOME_UNKNOWN');
    const hanging = fixture.proxy.fail(hangs(), to(alpha, 'POST'));
    const controller = new AbortController();
    const given = failureOf(start(fixture.provider, alpha, {}, controller.signal));
    await hanging.untilHit();
    controller.abort();
    expect((await given).code).toBe('OUTCOME_UNKNOWN');
  });

  it('with settings is refused: Labii has none', async () => {
    await using fixture = await open({ generation: 'current' });
    const create = (settings: object) =>
      fixture.provider.createBackup?.({ ...request, entityId: alpha, settings: { ...settings } }, never()) ??
      Promise.reject(new Error());
    expect((await create({})).backup).toMatchObject({ status: 'RUNNING' });
    expect(await failureOf(create({ colour: 'red' }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['input', 'colour'],
    });
    expect(fixture.sandbox.billed).toBe(1);
  });
});
