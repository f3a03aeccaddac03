/** The questions of docs/questions.md, asked over all four products, with the upstream requests that the document names. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { globalId, startGateway, type TestGateway } from '../support/gateway.ts';

interface Question {
  readonly title: string;
  readonly query: string;
  /** Of Flosum, Labii, vProtect and Borg UI. */
  readonly requests: readonly number[];
  readonly seconds: number;
}

const questions = readFileSync('docs/questions.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section): Question => {
    const [, query = ''] = /```graphql\n([\s\S]*?)```/.exec(section) ?? [];
    const [, numbers = '', seconds] = /^\|((?: \d+ \|){4}) (\d\.\d+) \|$/m.exec(section) ?? [];
    const requests = numbers.match(/\d+/g)?.map(Number) ?? [];
    return { title: section.split('\n', 1)[0] ?? '', query, requests, seconds: Number(seconds) };
  });

const options = { speed: 0, history: 40, demo: false, now: Date.UTC(2026, 10, 22, 10) };

async function startProducts() {
  const borg = await startBorgSandbox(options);
  const failed = borg.addFinished({ status: 'failed', triggered_by: 'manual', lines: ['one', 'two'] });
  return {
    failed,
    all: [
      await startFlosumSandbox(options),
      await startLabiiSandbox(options),
      await startVProtectSandbox(options),
      borg,
    ],
  };
}

/** Without logins. */
const countOf = ({ all }: Awaited<ReturnType<typeof startProducts>>): number[] =>
  all.map((one) => one.requests.filter(({ path }) => !/\/(auth|session)\/|\/login/.test(path)).length);

describe('a question of a morning', () => {
  let products: Awaited<ReturnType<typeof startProducts>>;
  beforeAll(async () => {
    products = await startProducts();
  });
  afterAll(() => Promise.all(products.all.map((one) => one.close())));

  it('is in the document', () => {
    expect(questions.length).toBeGreaterThanOrEqual(10);
    for (const { seconds } of questions) expect(seconds).toBeGreaterThan(0);
  });

  it.each(questions.map((one) => [one.title, one] as const))('%s', async (_, { query, requests }) => {
    await using gateway = startGateway({ providers: products.all.map(({ config }) => config) });
    for (const one of products.all) one.requests.length = 0;
    await answer(gateway, query);
    expect(countOf(products)).toEqual(requests);
  });

  /** `npm run questions` prints the seconds of the document. They depend on the machine. */
  it.runIf(process.env['QUESTION_SECONDS'])('takes so many seconds', { timeout: 600_000 }, async () => {
    for (const { title, query } of questions) {
      const seconds: number[] = [];
      for (let round = 0; round < 6; round++) {
        await using gateway = startGateway({ providers: products.all.map(({ config }) => config) });
        // `performance.now` leaves out the time in which other processes have the processor.
        const startedAt = process.hrtime.bigint();
        await answer(gateway, query);
        seconds.push(Number(process.hrtime.bigint() - startedAt) / 1e9);
      }
      // The first one compiles.
      const [, , median = 0] = seconds.slice(1).sort((a, b) => a - b);
      process.stdout.write(`${median.toFixed(2)} s  ${title}\n`);
    }
  });

  async function answer(gateway: TestGateway, query: string): Promise<void> {
    const variables = { id: globalId('BorgBackup', 'files', String(products.failed)) };
    const { data, errors } = await gateway.askText(query, query.includes('$id') ? variables : {});
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {})).toEqual([expect.anything()]);
  }

  it('costs nothing more for fields that the list has, and for what this gateway knows', async () => {
    await using gateway = startGateway({ providers: products.all.map(({ config }) => config) });
    const costOf = async (query: string) => {
      for (const one of products.all) one.requests.length = 0;
      expect((await gateway.askText(query)).errors).toBeUndefined();
      return countOf(products);
    };
    const plain = await costOf('{ protectedEntities { nodes { id } } }');
    expect(plain).toEqual([1, 1, 2, 1]);
    // Entities of vProtect are kept for a minute.
    expect(await costOf('{ protectedEntities { nodes { id isPresent allowedActions } } }')).toEqual([1, 1, 0, 1]);
    const id = globalId('BorgBackup', 'files', String(products.failed));
    const nothing = [0, 0, 0, 0];
    expect(await costOf(`mutation { createDownloadLink(input: { log: "${id}" }) { url } }`)).toEqual(nothing);
    expect(await costOf('{ auditLog { nodes { command } } operations { nodes { id } } }')).toEqual(nothing);
  });

  describe('costs what the table of upstream requests says for', () => {
    const pageOf = (fields: string, filter = '{}') =>
      `{ backups(first: 20, filter: ${filter}) { nodes { id ${fields} } problems { message } } }`;
    /** Of the first execution by a new gateway; `known`: what is asked before. */
    const costOf = async (query: string, known: string | null = null) => {
      await using gateway = startGateway({ providers: products.all.map(({ config }) => config) });
      if (known) await gateway.askText(known);
      for (const one of products.all) one.requests.length = 0;
      expect((await gateway.askText(query)).errors).toBeUndefined();
      return countOf(products);
    };
    const more = (cost: readonly number[], plain: readonly number[]) =>
      cost.map((one, index) => one - (plain[index] ?? 0));

    it.each([
      ['failureReason { category message remedy }', [0, 0, 0, 0]],
      ['allowedActions', [0, 0, 0, 0]],
      ['startedBy { kind name }', [0, 0, 1, 0]],
      ['trigger startedBy { kind }', [0, 0, 1, 0]],
      ['dataPresence', [0, 0, 0, 4]],
      ['copies { destination }', [0, 0, 0, 4]],
      ['copies { destination } dataPresence', [0, 0, 0, 4]],
      ['... on VProtectBackup { parent { id } }', [0, 0, 1, 0]],
    ])('the field %s of a page', async (fields, expected) => {
      expect(more(await costOf(pageOf(fields)), await costOf(pageOf('')))).toEqual(expected);
    });

    it.each([
      ['{ vprotect: { onlyMountable: true } }', [0, 0, 6, 0]],
      ['{ borg: { scheduledJobId: "1" } }', [0, 0, 0, 1]],
      ['{ flosum: { includeMetadata: true } }', [6, 0, 0, 0]],
      ['{ labii: { organizationSids: [] } }', [0, 0, 0, 0]],
      ['{ entitySearch: "a" }', [4, 4, 23, 2]],
      ['{ minStoredBytes: 1 }', [0, 0, 9, 1]],
      ['{ errorSearch: "a" }', [0, 0, 9, 1]],
      ['{ endedAfter: "2026-11-01T00:00:00Z" }', [6, 3, 0, 1]],
      ['{ dataPresence: [PRESENT] }', [0, 0, 9, 6]],
    ])('the filter %s', async (filter, expected) => {
      expect(await costOf(pageOf('', filter))).toEqual(expected);
    });

    it.each([
      ['isPresent allowedActions labels nextRunAt', '{}', [0, 0, 0, 0]],
      ['schedules { name }', '{}', [0, 0, 1, 1]],
      ['', '{ labels: ["finance"] }', [0, 0, 0, 0]],
    ])('the field "%s" of entities, and the filter %s', async (fields, filter, expected) => {
      const entities = (own: string, by: string) =>
        `{ protectedEntities(first: 50, filter: ${by}) { nodes { id ${own} } } }`;
      expect(more(await costOf(entities(fields, filter)), await costOf(entities('', '{}')))).toEqual(expected);
    });

    it('the order by the last success: what the filter by it costs', async () => {
      const entities = (args: string) => `{ protectedEntities(first: 50, ${args}) { nodes { id } } }`;
      const filtered = await costOf(entities('filter: { lastSuccessBefore: "2026-11-20T18:00:00Z" }'));
      expect(await costOf(entities('orderBy: { field: LAST_SUCCESS, direction: ASC }'))).toEqual(filtered);
    });

    it('statistics with their coverage, and a timeline of the same backups beside them: one read', async () => {
      const statistics = 'backupStatistics { count successRate sizedCount { storedBytes } timedCount }';
      const alone = await costOf(`{ ${statistics} }`);
      expect(alone).toEqual(await costOf('{ backupStatistics { count } }'));
    });
  });

  it('a retry costs one read of the backup and what a start costs', async () => {
    await using gateway = startGateway({ providers: products.all.map(({ config }) => config) });
    const [, , , borg] = products.all;
    const id = globalId('BorgBackup', 'files', String(products.failed));
    if (borg) borg.requests.length = 0;
    const { data } = await gateway.askText(
      `mutation { retryBackup(input: { id: "${id}" }) { operation { status } userErrors { message } } }`,
    );
    expect(data).toEqual({ retryBackup: { operation: { status: 'SUCCEEDED' }, userErrors: [] } });
    const paths = borg?.requests.map(({ path }) => path).filter((path) => !path.includes('/auth/'));
    const retry = `/api/backup/jobs/${products.failed}/retry`;
    expect(paths).toEqual([expect.anything(), '/api/backup/jobs', retry, expect.stringContaining('/status/')]);
  });
});
