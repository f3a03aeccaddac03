/** Makes metrics in one registry, with the labels and buckets that all of them share. */
import type * as Prometheus from 'prom-client';

type Labels = Readonly<Record<string, string | number>>;

export interface Instruments {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(name: string, help: string, labels?: readonly string[]): Histogram;
  /** A gauge without labels whose value is read with each scrape; null: no sample. */
  pulled(name: string, help: string, read: () => number | null): void;
  /** The same with one series for each provider. */
  pulledByProvider(
    name: string,
    help: string,
    providers: readonly string[],
    read: (provider: string) => number | null,
  ): void;
  /** The same for a counter, which must never decrease. */
  pulledCounter(name: string, help: string, read: () => number): void;
}

export interface Counter {
  inc(labels?: Labels, by?: number): void;
}

export interface Gauge {
  set(labels: Labels, value: number): void;
  inc(labels: Labels, by: number): void;
  /** Removes all series. */
  reset(): void;
}

export interface Histogram {
  observe(labels: Labels, seconds: number): void;
  /** Creates the series with the count 0. */
  zero(labels: Labels): void;
}

/** From 1 ms, an answer from the cache, to 60 s, a product that takes minutes. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

type Library = Pick<typeof Prometheus, 'Counter' | 'Gauge' | 'Histogram'>;

export function createInstruments(library: Library, registry: Prometheus.Registry): Instruments {
  const { Counter, Gauge, Histogram } = library;
  const registers = [registry];
  return {
    counter(name, help, labelNames = []) {
      const counter = new Counter({ name, help, labelNames: [...labelNames], registers });
      return { inc: (labels = {}, by = 1) => counter.inc(labels, by) };
    },
    gauge(name, help, labelNames = []) {
      const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers });
      return {
        set: (labels, value) => gauge.set(labels, value),
        inc: (labels, by) => gauge.inc(labels, by),
        reset: () => (labelNames.length === 0 ? gauge.remove() : gauge.reset()),
      };
    },
    histogram(name, help, labelNames = []) {
      const histogram = new Histogram({ name, help, labelNames: [...labelNames], registers, buckets });
      return {
        observe: (labels, seconds) => histogram.observe(labels, seconds),
        zero: (labels) => histogram.zero(labels),
      };
    },
    pulled(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const value = read();
          if (value === null) this.remove();
          else this.set(value);
        },
      });
    },
    pulledByProvider(name, help, providers, read) {
      new Gauge({
        name,
        help,
        labelNames: ['provider'],
        registers,
        collect() {
          for (const provider of providers) {
            const value = read(provider);
            if (value === null) this.remove(provider);
            else this.set({ provider }, value);
          }
        },
      });
    },
    pulledCounter(name, help, read) {
      let told = 0;
      new Counter({
        name,
        help,
        registers,
        collect() {
          const total = read();
          this.inc(Math.max(0, total - told));
          told = Math.max(told, total);
        },
      });
    },
  };
}
