/** Gateways that store what their products list. */
import type { TestGateway } from './gateway.ts';
import { until } from './timing.ts';

/** The rest of a made-up history. */
export const nothingStored = {
  countedCoverage: () => Promise.resolve(null),
  listEntities: () => Promise.resolve(null),
  getEntities: () => Promise.resolve(new Map()),
  totalsRange: () => Promise.resolve(null),
  totals: () => Promise.resolve([]),
  durations: () => Promise.resolve([]),
};

/** For `history`: the reader need not wait for its turn. */
export const eager = { requestsPerMinute: 10_000 };

interface Coverages {
  readonly providers: readonly { name: string; history: { isComplete: boolean; rows: number } | null }[];
}

let asked = 0;

type Asked = Pick<TestGateway, 'askText'>;

export async function coverages(gateway: Asked): Promise<Coverages['providers']> {
  // Equal queries may get the same answer for `cacheSeconds`.
  const { data } = await gateway.askText(
    `query Coverages${++asked} { providers { name history { from asOf isComplete rows progress problem } } }`,
  );
  return (data as unknown as Coverages).providers;
}

/** Waits until everything is stored of each provider that the viewer sees. */
export const untilComplete = (gateway: Asked): Promise<boolean> =>
  until(async () => (await coverages(gateway)).every(({ history }) => history?.isComplete), 'the history is complete');
