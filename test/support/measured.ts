/** A gateway with metrics, scraped over HTTP. */
import { openMetrics } from '../../src/observability/metrics/metrics.ts';
import { Exposition } from './exposition.ts';
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts';

export interface MeasuredGateway extends TestGateway {
  /** Address of the metrics. */
  readonly metricsUrl: string;
  scrape(): Promise<Exposition>;
}

export interface MeasuredOptions extends GatewayOptions {
  readonly maxEntitySeries?: number;
  readonly tokenSha256?: string;
}

export async function startMeasuredGateway(options: MeasuredOptions): Promise<MeasuredGateway> {
  const { maxEntitySeries = 5000, tokenSha256 = null, ...others } = options;
  const settings = { host: '127.0.0.1', port: 0, tokenSha256, maxEntitySeries };
  const names = options.providers.map((provider) => (provider as { name: string }).name);
  const gateway = startGateway({ ...others, metrics: await openMetrics(settings, names) });
  const metricsUrl = (await gateway.app.metrics?.listen()) ?? '';
  return {
    ...gateway,
    metricsUrl,
    async scrape() {
      const response = await fetch(metricsUrl);
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      return new Exposition(await response.text());
    },
  };
}
