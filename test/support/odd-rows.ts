import { noFilter } from '../../src/core/filter.ts';
import type { Provider } from '../../src/core/provider.ts';
import { mergePage } from '../../src/lists/merge.ts';
import { endToEnd, type Fault, type FaultProxy } from './fault-proxy.ts';
import { never } from './model.ts';
import { shareOf } from './nightly.ts';

export type Row = Record<string, unknown>;

export interface Opened extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly provider: Provider;
}

const odd: readonly unknown[] = [undefined, null, {}, [null], 'odd', -1.5, 2 ** 60, true];

/** Every field meets every value each night. In the gate the field at a place meets a quarter of them, the next one others. */
export const oddAt = (place: number): readonly unknown[] => shareOf(odd, place, 4);

/** Every answer, with `change` applied to each row of the kind. */
export const changing = (isMeant: (row: Row) => boolean, change: (row: Row) => unknown): Fault => ({
  name: 'has an odd row',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    let body = Buffer.concat(parts);
    if (String(answer.headers['content-type']).includes('json') && body.length > 0) {
      const walk = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(walk);
        if (typeof value !== 'object' || value === null) return value;
        if (isMeant(value as Row)) return change(value as Row);
        return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
      };
      body = Buffer.from(JSON.stringify(walk(JSON.parse(body.toString()))));
    }
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'content-length': body.length });
    response.end(body);
  },
});

export const list = (provider: Provider) =>
  mergePage(
    [{ provider, filter: noFilter, timeoutMs: 10_000 }],
    { direction: 'descending', after: null, size: 100 },
    never,
  );

/** A backup as JSON: when its progress was read does not matter. */
export const toText = (row: object): string => JSON.stringify({ ...row, progress: null });
