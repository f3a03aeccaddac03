import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SalesforceOrg } from '../../../../providers/flosum/map.ts';
import type { FlosumJob } from '../../../../providers/flosum/sandbox/jobs.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { answersStatus } from '../../../support/faults.ts';
import { idOf, open, page, start, to, walk } from '../../../support/flosum.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the connections', () => {
  it('are read to the last page, also where pages are smaller than asked', async () => {
    await using fixture = await open({ connections: 45, history: 0 });
    expect(await fixture.provider.listEntities(never())).toHaveLength(45);
    expect(fixture.asked()).toEqual(['GET ?page=1&limit=2000']);
    fixture.sandbox.maxPageSize = 20;
    expect(await fixture.provider.listEntities(never())).toHaveLength(45);
    expect(fixture.asked()).toEqual(['GET ?page=1&limit=2000', 'GET ?page=2&limit=20', 'GET ?page=3&limit=20']);
  });

  it('are kept for a minute, and asked once for many at a time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using fixture = await open();
    const connectionCalls = () => fixture.asked().filter((line) => line.startsWith('GET ?'));
    await Promise.all(Array.from({ length: 20 }, () => page(fixture.provider)));
    expect(connectionCalls()).toHaveLength(1);
    vi.advanceTimersByTime(59_000);
    await page(fixture.provider);
    expect(connectionCalls()).toHaveLength(0);
    vi.advanceTimersByTime(2000);
    await page(fixture.provider);
    expect(connectionCalls()).toHaveLength(1);
  });

  it('that one caller gives up come to the others all the same', async () => {
    await using fixture = await open();
    const controller = new AbortController();
    const calls = [fixture.provider.listEntities(controller.signal), fixture.provider.listEntities(never())] as const;
    controller.abort();
    expect((await failureOf(calls[0])).code).toBe('PROVIDER_TIMEOUT');
    expect(await calls[1]).toHaveLength(5);
    expect(fixture.asked()).toHaveLength(1);
  });

  it('that failed once are asked for again', async () => {
    await using fixture = await open();
    using fault = fixture.proxy.fail(answersStatus(500));
    expect((await failureOf(page(fixture.provider))).code).toBe('PROVIDER_UNAVAILABLE');
    fault.stop();
    expect((await page(fixture.provider)).rows).toHaveLength(10);
  });

  it('that the configuration leaves out are not there for anything', async () => {
    await using fixture = await open({ config: { connections: [7, 31] } });
    const { provider, sandbox } = fixture;
    expect((await provider.listEntities(never())).map(({ externalId }) => externalId)).toEqual(['7', '31']);
    expect(new Set((await walk(provider)).rows.map(({ entityId }) => entityId))).toEqual(new Set(['7', '31']));
    expect(await provider.getEntities(['12', '31'], never())).toMatchObject([null, { externalId: '31' }]);
    const other = sandbox.jobs.find(({ connectionId }) => connectionId === 12);
    fixture.asked();
    expect(await provider.getBackups([idOf(other as FlosumJob)], never())).toEqual([null]);
    expect(await failureOf(start(provider, { entityId: '12' }))).toMatchObject({
      code: 'NOT_FOUND',
      field: ['input', 'entityId'],
    });
    expect(await failureOf(provider.markStart?.('12', never()) ?? Promise.resolve())).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(fixture.asked()).toEqual([]);
  });

  it('are found by the id of their Salesforce org, long or short', async () => {
    await using fixture = await open();
    const { id, salesforceOrgId } = fixture.sandbox.connections[1] ?? { id: 0, salesforceOrgId: '' };
    for (const orgId of [salesforceOrgId, salesforceOrgId.slice(0, 15)]) {
      expect(await fixture.provider.getEntities([orgId], never())).toMatchObject([{ externalId: String(id) }]);
    }
    expect(await fixture.provider.getEntities(['00D000000000001EAA'], never())).toEqual([null]);
    fixture.asked();
    expect(await fixture.provider.getEntities(['001000000000001AAA', 'x'.repeat(18)], never())).toEqual([null, null]);
    expect(fixture.asked()).toEqual([]);
  });

  it('tell their org and their user in full where a few are asked for by id, and not in lists', async () => {
    await using fixture = await open();
    const { provider, sandbox } = fixture;
    const details = (entities: readonly unknown[]) => (entities as SalesforceOrg[]).map((entity) => entity.details);
    const [a, b, c, d] = sandbox.connections.map(({ id }) => String(id)) as [string, string, string, string];
    const [first] = sandbox.connections;
    for (const one of details(await provider.getEntities([a, b, c], never()))) {
      expect(one.salesforceOrgId).toMatch(/^00D\w{15}$/);
      expect(one.userFullName).not.toBeNull();
    }
    expect(details(await provider.getEntities([a], never()))).toEqual([
      {
        connectionId: a,
        externalConnectionId: String(first?.externalId),
        userName: first?.userName,
        userFullName: first?.userFullName,
        salesforceOrgId: first?.salesforceOrgId,
        orgType: first?.salesforceOrgType,
      },
    ]);
    fixture.asked();
    for (const one of details(await provider.getEntities([a, b, c, d], never()))) {
      expect(one).toMatchObject({ salesforceOrgId: null, userFullName: null });
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('are there without those details where these cannot be had', async () => {
    await using fixture = await open();
    await fixture.provider.listEntities(never());
    fixture.proxy.fail(answersStatus(500), to('/connections/7'));
    expect(await fixture.provider.getEntities(['7'], never())).toMatchObject([
      { externalId: '7', details: { salesforceOrgId: null } },
    ]);
    fixture.proxy.fail(answersStatus(404), to('/connections/7'));
    expect(await fixture.provider.getEntities(['7'], never())).toEqual([null]);
  });
});
