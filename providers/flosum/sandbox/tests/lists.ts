import { describe, expect, it, vi } from 'vitest';
import {
  acme,
  all,
  anyStatus,
  ask,
  byText,
  everything,
  list,
  newestFirst,
  orgs,
  type Page,
  problemsOf,
  type Row,
  start,
} from '../../../../test/support/flosum-sandbox.ts';

const names = ({ items }: Page): string[] => items.map(({ name }) => name);
const ids = ({ items }: Page): number[] => items.map(({ id }) => id);

describe('the list of jobs', () => {
  it('needs page, limit, types and statuses', async () => {
    await using sandbox = await start();
    expect(await problemsOf(sandbox, '/7/backups')).toEqual([
      'page must not be less than 1',
      'page must be an integer number',
      'limit must not be less than 1',
      'limit must not be greater than 2000',
      'limit must be an integer number',
      'each value in types must be one of the following values: full, full & sync, template, archive',
      'types must be an array',
      'each value in statuses must be one of the following values: In Progress, Exception, Completed, Aborted',
      'statuses must be an array',
    ]);
  });

  it.each([
    ['sortBy=size', 'sortBy must be one of the following values: jobId, name, startedDate'],
    ['order=desc', 'order must be one of the following values: ASC, DESC'],
    ['isIncludeMetadata=yes', 'isIncludeMetadata must be a boolean value'],
    ['startedDate=yesterday', 'startedDate must be a valid ISO 8601 date string'],
    ['endDate=1763805600000', 'endDate must be a valid ISO 8601 date string'],
    // The plus of an offset is a space unless it is encoded.
    ['endDate=2026-11-22T10:00:00+02:00', 'endDate must be a valid ISO 8601 date string'],
    [`search=${'x'.repeat(81)}`, 'search must be shorter than or equal to 80 characters'],
    [
      // The ampersand of a value ends it unless it is encoded.
      'types=full+&+sync',
      'each value in types must be one of the following values: full, full & sync, template, archive',
    ],
    [
      'statuses=COMPLETED',
      'each value in statuses must be one of the following values: In Progress, Exception, Completed, Aborted',
    ],
  ])('refuses %s', async (given, problem) => {
    await using sandbox = await start();
    expect(await problemsOf(sandbox, `/7/backups?${all}&${given}`)).toEqual([problem]);
  });

  it('refuses a wrong query before an unknown connection', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, `GET ${orgs}/999/backups`)).status).toBe(400);
    expect((await ask(sandbox, `GET ${orgs}/999/backups?${all}`)).body).toMatchObject({ message: 'no connection 999' });
    expect(await problemsOf(sandbox, `/x/backups?${all}`)).toEqual([
      'connectionId must be a number conforming to the specified constraints',
    ]);
  });

  it('reads a list as a repeated key, with brackets and, unless it is strict, as one value', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ name: 'a', operationType: 'Templated Archive' });
    sandbox.addFinished({ name: 'f' });
    const found = async (query: string) => names(await list(sandbox, `page=1&limit=9&sortBy=name&${query}`));
    expect(await found(`types=archive&types=full&${anyStatus}`)).toEqual(['a', 'f']);
    expect(await found(`types[]=archive&types%5B%5D=full&${anyStatus}`)).toEqual(['a', 'f']);
    expect(await found(`types=archive&${anyStatus}`)).toEqual(['a']);
    sandbox.strictArrays = true;
    expect(await problemsOf(sandbox, `/7/backups?page=1&limit=9&${everything}&statuses=Completed`)).toContain(
      'statuses must be an array',
    );
    expect(await found(`types[]=archive&statuses[]=Completed`)).toEqual(['a']);
    expect(await found(`types=archive&types=full&${anyStatus}`)).toEqual(['a', 'f']);
  });

  it.each([
    ['full', 'Composite Backup'],
    ['full+%26+sync', 'Composite & Sync Backup'],
    ['template', 'Templated Backup'],
    ['archive', 'Templated Archive'],
  ])('finds by the word %s the rows of %s', async (word, operationType) => {
    await using sandbox = await start({ history: 300 });
    const { items, total } = await list(sandbox, `page=1&limit=2000&types=${word}&${anyStatus}`);
    const wanted = sandbox.jobs.filter((job) => job.connectionId === acme && job.operationType === operationType);
    expect(total).toBe(wanted.length);
    expect(total).toBeGreaterThan(2);
    expect(new Set(items.map((row) => row.operationType))).toEqual(new Set([operationType]));
  });

  it.each(['In+Progress', 'Exception', 'Completed', 'Aborted'])('finds the status %s alone', async (word) => {
    await using sandbox = await start();
    for (const jobStatus of ['In Progress', 'Exception', 'Completed', 'Aborted', 'Paused'])
      sandbox.addFinished({ jobStatus, name: jobStatus });
    const status = word.replace('+', ' ');
    expect(names(await list(sandbox, `page=1&limit=9&${everything}&statuses=${word}`))).toEqual([status]);
  });

  it('shows words that the contract does not know when everything is wanted', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ jobStatus: 'Paused', operationType: 'Quantum Backup', duration: '2 min', size: 2 ** 50 });
    const [job] = sandbox.jobs;
    expect(job).toMatchObject({ jobStatus: 'Paused', operationType: 'Quantum Backup', size: 2 ** 50 });
    const { total } = (await (
      await fetch(`${sandbox.url}${orgs}/7/backups?${all}`, { headers: { authorization: `Bearer ${sandbox.token}` } })
    ).json()) as Page;
    expect(total).toBe(1);
    expect(names(await list(sandbox, `page=1&limit=9&types=full&types=archive&${anyStatus}`))).toEqual([]);
  });

  it('shows imports only when it is told to, and when all types are wanted', async () => {
    await using sandbox = await start({ history: 300 });
    const imports = sandbox.jobs.filter(({ operationType }) => operationType.startsWith('Import'));
    expect(new Set(imports.map(({ operationType }) => operationType)).size).toBe(2);
    expect(sandbox.jobs).toHaveLength(300 + imports.length);
    const listed = async (query: string) => {
      const pages = await Promise.all(sandbox.connections.map(({ id }) => list(sandbox, query, id)));
      return pages.reduce((sum, { total }) => sum + total, 0);
    };
    expect(await listed(all)).toBe(300);
    sandbox.showImports = true;
    expect(await listed(all)).toBe(300 + imports.length);
    const threeTypes = all.replace('&types=archive', '');
    expect(await listed(threeTypes)).toBeLessThan(300);
  });

  it('is searched by name in any case, and filtered by what the backup includes', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ name: 'Nightly gw-7F3A', isIncludeMetadata: false });
    sandbox.addFinished({ name: 'Nightly other' });
    expect(names(await list(sandbox, `${all}&search=gw-7f3a`))).toEqual(['Nightly gw-7F3A']);
    expect((await list(sandbox, `${all}&search=NIGHT`)).total).toBe(2);
    expect(names(await list(sandbox, `${all}&isIncludeMetadata=false`))).toEqual(['Nightly gw-7F3A']);
    expect(names(await list(sandbox, `${all}&isIncludeMetadata=true`))).toEqual(['Nightly other']);
  });

  it('holds starts between two bounds, and leaves the bounds out when it is told to', async () => {
    await using sandbox = await start();
    for (const second of ['01Z', '02.000Z', '02.001Z', '03Z'])
      sandbox.addFinished({ name: second, startedDate: `2026-03-02T00:00:${second}` });
    const between = async (query: string) => names(await list(sandbox, `${all}&sortBy=startedDate&${query}`));
    const bounds = 'startedDate=2026-03-02T00:00:02Z&endDate=2026-03-02T00:00:03.000Z';
    expect(await between(bounds)).toEqual(['02.000Z', '02.001Z', '03Z']);
    expect(await between('startedDate=2026-03-02T02:00:02.001%2B02:00')).toEqual(['02.001Z', '03Z']);
    expect(await between('endDate=2026-03-02')).toEqual([]);
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(await between('endDate=2026-03-02T00:00:02')).toEqual(['01Z', '02.000Z']);
    vi.unstubAllEnvs();
    sandbox.bounds = 'exclusive';
    expect(await between(bounds)).toEqual(['02.001Z']);
  });

  it('is sorted as asked, upwards unless asked otherwise', async () => {
    await using sandbox = await start({ history: 300 });
    const keys = { jobId: (row: Row) => row.jobId, startedDate: (row: Row) => Date.parse(row.startedDate) };
    for (const [word, key] of Object.entries(keys)) {
      const wanted = (await list(sandbox)).items.map(key).toSorted((a, b) => a - b);
      expect((await list(sandbox, `${all}&sortBy=${word}`)).items.map(key)).toEqual(wanted);
      expect((await list(sandbox, `${all}&sortBy=${word}&order=ASC`)).items.map(key)).toEqual(wanted);
      expect((await list(sandbox, `${all}&sortBy=${word}&order=DESC`)).items.map(key)).toEqual(wanted.reverse());
    }
    const byName = names(await list(sandbox, `${all}&sortBy=name&order=DESC`));
    expect(byName).toEqual(byName.toSorted(byText).reverse());
  });

  it('has an order of its own when none is asked for, and between equal rows', async () => {
    await using sandbox = await start({ history: 300 });
    const unsorted = ids(await list(sandbox, all));
    for (const word of ['jobId', 'name', 'startedDate'])
      for (const direction of ['ASC', 'DESC'])
        expect(unsorted).not.toEqual(ids(await list(sandbox, `${all}&sortBy=${word}&order=${direction}`)));
    for (let second = 0; second < 12; second += 1) sandbox.addFinished({ startedDate: '2026-11-21T00:00:00Z' });
    const equal = ids(await list(sandbox, `${newestFirst}&startedDate=2026-11-21&endDate=2026-11-21`));
    expect(equal).toHaveLength(12);
    expect(equal).not.toEqual(equal.toSorted((a, b) => a - b));
    expect(equal).not.toEqual(equal.toSorted((a, b) => b - a));
  });

  it('comes in pages without repeats, and a cap on their size goes unsaid', async () => {
    await using sandbox = await start({ history: 300 });
    const whole = await list(sandbox);
    const paged = async (limit: number) => {
      const seen: Row[] = [];
      for (let page = 1; ; page += 1) {
        const { total, items } = await list(
          sandbox,
          newestFirst.replace('page=1&limit=2000', `page=${page}&limit=${limit}`),
        );
        expect(total).toBe(whole.total);
        if (items.length === 0) return seen;
        seen.push(...items);
      }
    };
    expect(await paged(7)).toEqual(whole.items);
    sandbox.maxPageSize = 5;
    expect((await list(sandbox)).items).toHaveLength(5);
    expect(await paged(7)).toEqual(whole.items);
  });

  it('takes a job that appears between two requests, and loses one', async () => {
    await using sandbox = await start({ history: 25 });
    const before = await list(sandbox);
    const { id, jobId } = sandbox.startOutside(acme);
    expect(ids(await list(sandbox))).toEqual([id, ...ids(before)]);
    sandbox.removeJob(jobId);
    expect(await list(sandbox)).toEqual(before);
    expect(sandbox.addFinished({ jobId: before.items[0]?.jobId ?? 0, name: 'instead' }).name).toBe('instead');
    expect((await list(sandbox)).total).toBe(before.total);
  });
});
