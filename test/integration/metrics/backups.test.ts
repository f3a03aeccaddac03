/**
 * Metrics of backups: timestamps of what the lists say, bounded, and still there while a provider is down.
 * One file, since all its tests scrape the same series.
 */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import type { EntityReading } from '../../../src/core/protection-survey.ts';
import { protectionStatuses } from '../../../src/lists/protection.ts';
import { createBackupMetrics } from '../../../src/observability/metrics/backup-metrics.ts';
import { createInstruments } from '../../../src/observability/metrics/instruments.ts';
import { startSurveys } from '../../../src/observability/metrics/survey-loop.ts';
import { Exposition } from '../../support/exposition.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { answersStatus } from '../../support/faults.ts';
import { type MeasuredOptions, startMeasuredGateway } from '../../support/measured.ts';
import {
  accounting,
  addBorg,
  mail,
  mirror,
  Protections,
  research,
  stopped,
  warehouse,
} from '../../support/protection.ts';
import { until } from '../../support/timing.ts';

const success = 'backplane_backup_last_success_timestamp_seconds';
const due = 'backplane_entity_due_timestamp_seconds';
const protection = 'backplane_entity_protection';

async function startMeasured(provider: object, more: Partial<MeasuredOptions> = {}) {
  const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
  addBorg(sandbox, accounting, 2);
  addBorg(sandbox, mail, 26.5);
  addBorg(sandbox, research, 30);
  addBorg(sandbox, research, 4, 'failed');
  const proxy = await startFaultProxy(sandbox.url);
  const gateway = await startMeasuredGateway({
    providers: [{ ...sandbox.config, url: proxy.url, expectEvery: '24h', entities: {}, ...provider }],
    ...more,
  });
  return {
    sandbox,
    proxy,
    ...gateway,
    whenRead: () =>
      until(async () => {
        const scraped = await gateway.scrape();
        return scraped.value('backplane_entities_read_timestamp_seconds') === null ? null : scraped;
      }) as Promise<Exposition>,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

describe('metrics of backups', () => {
  it('say the same as the list of entities', async () => {
    await using measured = await startMeasured({ entities: { [warehouse]: { expectEvery: 'none' } } });
    const scraped = await measured.whenRead();
    const { protectedEntities } = await measured.query(Protections, { first: 200 });
    const nodes = protectedEntities?.nodes ?? [];
    const of = (entity: string) => ({ provider: 'files', entity });
    expect(nodes.length).toBeGreaterThan(3);
    for (const { externalId, protection: shown } of nodes) {
      const seconds = (time: unknown) => (typeof time === 'string' ? Date.parse(time) / 1000 : null);
      const value = (name: string) => scraped.value(name, of(externalId));
      const rounded = (name: string) => value(name) && Math.round((value(name) ?? 0) * 1000) / 1000;
      expect(rounded(success)).toBe(seconds(shown?.lastSuccessAt));
      expect(rounded(due)).toBe(seconds(shown?.dueAt));
      expect(value('backplane_entity_expected_seconds')).toBe(shown?.expectedEverySeconds);
      expect(value('backplane_entity_failures')).toBe(shown?.failuresSinceLastSuccess);
    }
    for (const status of protectionStatuses) {
      const count = nodes.filter((node) => node.protection?.status === status).length;
      expect(scraped.value(protection, { provider: 'files', status })).toBe(count);
    }
    expect(scraped.value('backplane_backup_last_status', { ...of(research), status: 'FAILED' })).toBe(1);
    expect(scraped.value('backplane_backup_last_status', { ...of(accounting), status: 'SUCCEEDED' })).toBe(1);
    expect(scraped.value('backplane_backup_last_duration_seconds', of(accounting))).toBe(3600);
    expect(scraped.samples('backplane_backup_last_size_bytes', of(accounting)).length).toBeGreaterThan(0);
    expect(scraped.samples('backplane_entity_info', of(mail))).toHaveLength(1);
    expect(scraped.samples(success, of(mirror))).toEqual([]);
    expect(scraped.samples(due, of(warehouse))).toEqual([]);
  });

  it('carry the due time of a schedule', async () => {
    await using measured = await startMeasured({
      entities: { [mail]: { expectEvery: { cron: '0 3 * * *', timeZone: 'Europe/Berlin' } } },
    });
    const scraped = await measured.whenRead();
    const labels = { provider: 'files', entity: mail };
    expect(scraped.value('backplane_entity_expected_seconds', labels)).toBeNull();
    const { protectedEntities } = await measured.query(Protections, { first: 200 });
    const dueAt = protectedEntities?.nodes.find(({ externalId }) => externalId === mail)?.protection?.dueAt;
    expect(scraped.value(due, labels)).toBe(Date.parse(String(dueAt)) / 1000);
  });

  it('have no id of a backup as a label', async () => {
    await using measured = await startMeasured({});
    const scraped = await measured.whenRead();
    const names = new Set(scraped.allSamples.flatMap(({ labels }) => Object.keys(labels)));
    expect([...names].filter((name) => /backup|id$|operation|client|viewer/.test(name))).toEqual([]);
  });

  it('cost the product nothing more, however often they are scraped', async () => {
    await using measured = await startMeasured({});
    await measured.whenRead();
    const before = measured.sandbox.requests.length;
    for (let round = 0; round < 20; round++) await measured.scrape();
    expect(measured.sandbox.requests.length).toBe(before);
  });

  it('are answered at once while a product hangs', async () => {
    const { hangs } = await import('../../support/faults.ts');
    const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
    const proxy = await startFaultProxy(sandbox.url);
    proxy.fail(hangs());
    const gateway = await startMeasuredGateway({
      providers: [{ ...sandbox.config, url: proxy.url, timeoutSeconds: 300 }],
    });
    await until(() => proxy.requests.length > 0);
    const scraped = await gateway.scrape();
    expect(scraped.samples(success)).toEqual([]);
    expect(scraped.samples('backplane_provider_up')).toEqual([]);
    await proxy.close();
    await gateway[Symbol.asyncDispose]();
    await sandbox.close();
  });
});

const entity = (id: string, more: Partial<EntityReading> = {}): EntityReading => ({
  id,
  name: `name of ${id}`,
  newest: null,
  success: null,
  status: 'PROTECTED',
  lastSuccessAt: 1_700_000_000_000_000,
  dueAt: 1_700_090_000_000_000,
  expectedEverySeconds: 86_400,
  failuresSinceLastSuccess: 0,
  ...more,
});

async function createMetrics(maxSeries = 5000, providers = ['a', 'b']) {
  const library = await import('prom-client');
  const registry = new library.Registry();
  const metrics = createBackupMetrics(createInstruments(library, registry), {
    providers,
    protectionStatuses,
    maxSeries,
  });
  return { ...metrics, scrape: async () => new Exposition(await registry.metrics()) };
}

describe('a survey', () => {
  it('that fails keeps the last known times, and says UNKNOWN', async () => {
    const metrics = await createMetrics();
    metrics.update('a', [entity('1'), entity('2', { status: 'OVERDUE' })], 5_000_000);
    metrics.update('a', null, 9_000_000);
    const scraped = await metrics.scrape();
    expect(scraped.value(success, { entity: '1' })).toBe(1_700_000_000);
    expect(scraped.value(protection, { provider: 'a', status: 'UNKNOWN' })).toBe(2);
    expect(scraped.value(protection, { provider: 'a', status: 'OVERDUE' })).toBe(0);
    // When all of it was last known.
    expect(scraped.value('backplane_entities_read_timestamp_seconds', { provider: 'a' })).toBe(5);
  });

  it('that finds the protection of one entity unknown keeps what was known of it', async () => {
    const metrics = await createMetrics();
    metrics.update('a', [entity('1'), entity('2')], 5_000_000);
    const lost = { status: 'UNKNOWN', lastSuccessAt: null, dueAt: null, failuresSinceLastSuccess: null };
    metrics.update('a', [entity('1', lost), entity('3', lost)], 9_000_000);
    const scraped = await metrics.scrape();
    expect(scraped.value(due, { entity: '1' })).toBe(1_700_090_000);
    expect(scraped.samples(due, { entity: '2' })).toEqual([]);
    expect(scraped.samples(due, { entity: '3' })).toEqual([]);
    expect(scraped.value('backplane_entities_read_timestamp_seconds')).toBe(5);
  });

  it('that fails from the start leaves the series out', async () => {
    const metrics = await createMetrics();
    metrics.update('a', null, 9_000_000);
    expect((await metrics.scrape()).allSamples).toEqual([]);
  });

  it('forgets entities that are gone, and the former status of a backup', async () => {
    const metrics = await createMetrics();
    const backup = (status: string) => ({ newest: { status, size: {} } as EntityReading['newest'] });
    metrics.update('a', [entity('1', backup('RUNNING')), entity('2')], 5_000_000);
    metrics.update('a', [entity('1', backup('FAILED'))], 9_000_000);
    const scraped = await metrics.scrape();
    expect(scraped.samples('backplane_backup_last_status').map(({ labels }) => labels['status'])).toEqual(['FAILED']);
    expect(scraped.samples(success)).toHaveLength(1);
  });

  it('has at most so many series, counts the rest, and counts every entity in the totals', async () => {
    const metrics = await createMetrics(5000);
    const many = (count: number) => Array.from({ length: count }, (_, index) => entity(String(index)));
    metrics.update('b', many(700), 5_000_000);
    metrics.update('a', many(800), 5_000_000);
    const scraped = await metrics.scrape();
    const series = scraped.allSamples.filter(({ labels }) => 'entity' in labels);
    expect(series.length).toBeLessThanOrEqual(5000);
    expect(series.length).toBeGreaterThan(4990);
    const cut = (provider: string) => scraped.value('backplane_entity_series_cut', { provider });
    const shown = (provider: string) => scraped.samples(due, { provider }).length;
    expect([(cut('a') ?? 0) + shown('a'), (cut('b') ?? 0) + shown('b')]).toEqual([800, 700]);
    expect(cut('a')).toBe(0);
    expect(scraped.value(protection, { status: 'PROTECTED' })).toBe(1500);
    // The same entities have series after the next survey.
    metrics.update('b', many(700), 6_000_000);
    expect((await metrics.scrape()).allSamples.length).toBe(scraped.allSamples.length);
  });

  it('escapes what a name may contain, and cuts it', async () => {
    const metrics = await createMetrics();
    const name = `"quoted" \\ and\nmore \uD800${'x'.repeat(5000)}`;
    metrics.update('a', [entity('1', { name })], 5_000_000);
    const [sample] = (await metrics.scrape()).samples('backplane_entity_info');
    expect(sample?.labels['name']).toMatch(/^"quoted" \\ and\nmore \uFFFDx+…$/);
    expect(sample?.labels['name']?.length).toBeLessThan(250);
  });

  it('is of the replica that exports, and of no other', async () => {
    let isExporter = true;
    const readings: string[] = [];
    let ended = 0;
    const loop = startSurveys({
      providers: ['a'],
      survey: async (provider) => {
        readings.push(provider);
        return [];
      },
      onReading: () => undefined,
      onEnd: () => ended++,
      isExporter: () => isExporter,
      onBug: (error) => {
        throw error;
      },
      everyMs: 1,
    });
    await until(() => readings.length > 1);
    isExporter = false;
    await until(() => ended > 0);
    const count = readings.length;
    await until(() => ended > 2);
    expect(readings.length).toBe(count);
    loop.close();
  });

  it('of a slow provider is not started again before it ends, and delays no other', async () => {
    const running: (() => void)[] = [];
    const surveyed = { a: 0, b: 0 };
    const loop = startSurveys({
      providers: ['a', 'b'],
      survey(provider) {
        surveyed[provider as 'a' | 'b']++;
        return provider === 'a' ? new Promise((done) => running.push(() => done([]))) : Promise.resolve([]);
      },
      onReading: () => undefined,
      onEnd: () => undefined,
      isExporter: () => true,
      onBug: (error) => {
        throw error;
      },
      everyMs: 1,
    });
    await until(() => surveyed.b > 3);
    expect(surveyed.a).toBe(1);
    running[0]?.();
    await until(() => surveyed.a === 2);
    loop.close();
  });
});

describe('a provider that is down', () => {
  it('is down in the metrics, and its entities keep their times', async () => {
    await using measured = await startMeasured({ limits: { retries: 0 } });
    const before = await measured.whenRead();
    measured.proxy.fail(answersStatus(503));
    for (let round = 0; round < 12; round++) await measured.askText('{ backups(first: 2) { nodes { id } } }');
    const scraped = await measured.scrape();
    expect(scraped.value('backplane_provider_up', { provider: 'files' })).toBe(0);
    expect(scraped.value(success)).toBe(before.value(success));
  });
});
