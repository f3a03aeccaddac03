/** The Grafana dashboard and the Prometheus rules ask only for metrics and labels that exist. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import type { Exposition } from '../../support/exposition.ts';
import { startMeasuredGateway } from '../../support/measured.ts';
import { addNight, stopped } from '../../support/protection.ts';
import { until } from '../../support/timing.ts';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}

const metricPattern = /\b(?:backplane|http|process|nodejs)_[a-z_]+/g;
/** Metrics without a sample in this gateway: their events need a failure or a client. */
const suffix = /_(bucket|sum|count)$/;

let scraped: Exposition;
let rules: Rules;
let dashboard: Dashboard;

beforeAll(async () => {
  const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
  addNight(sandbox);
  const gateway = await startMeasuredGateway({ providers: [{ ...sandbox.config, expectEvery: '24h' }] });
  await fetch(`${await gateway.listen()}/health/live`);
  await gateway.askText('{ backups(first: 1, after: "none") { nodes { id } } }');
  scraped = (await until(async () => {
    const now = await gateway.scrape();
    return now.value('backplane_entities_read_timestamp_seconds') === null ? undefined : now;
  })) as Exposition;
  await gateway[Symbol.asyncDispose]();
  await sandbox.close();
  rules = parse(await readFile('deploy/prometheus/rules.yaml', 'utf8')) as Rules;
  dashboard = JSON.parse(await readFile('deploy/grafana/backplane.json', 'utf8')) as Dashboard;
});

const expressions = () => [
  ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query)),
];

describe('rules and dashboard', () => {
  it('ask only for metrics that a gateway exports', () => {
    const asked = new Set(expressions().flatMap((text) => text.match(metricPattern) ?? []));
    // Labels of HTTP metrics look like metrics.
    const labels = new Set(scraped.allSamples.flatMap((sample) => Object.keys(sample.labels)));
    const missing = [...asked].filter(
      (name) => !labels.has(name) && !scraped.families.has(name) && !scraped.families.has(name.replace(suffix, '')),
    );
    expect(asked.size).toBeGreaterThan(25);
    expect(missing).toEqual([]);
  });

  it('select by labels that the metrics have', () => {
    const wrong = expressions().flatMap((text) =>
      [...text.matchAll(/([a-z_]+)\{([^}]*)\}/g)].flatMap(([, name = '', selector = '']) => {
        const own = scraped.families.get(name) ?? scraped.families.get(name.replace(suffix, ''));
        const known = new Set(['job', ...(own?.samples ?? []).flatMap(({ labels }) => Object.keys(labels))]);
        const asked = [...selector.matchAll(/([a-z_]+)(?:=~|!=|!~|=)/g)].map(([, label = '']) => label);
        // Of a metric without samples here, the labels are not known.
        return (own?.samples.length ?? 0) === 0
          ? []
          : asked.filter((label) => !known.has(label)).map((label) => `${name} has no ${label}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('raise one alert for all replicas', () => {
    for (const { alert, expr } of rules.groups.flatMap((group) => group.rules))
      expect(`${alert}: ${expr}`).toMatch(/without \(instance|\bby \(/);
  });
});

describe('the dashboard', () => {
  it('has panels with ids of their own that do not overlap', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const one of panels)
      for (const other of panels) {
        const [a, b] = [one.gridPos, other.gridPos];
        const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(one === other || isApart, `${one.title} and ${other.title}`).toBe(true);
      }
  });
});
