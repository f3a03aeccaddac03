/** Unreadable fields of vProtect tasks, Labii pages and Borg logs affect nothing else. */
import { expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import * as borg from '../support/borg.ts';
import * as labii from '../support/labii.ts';
import { never } from '../support/model.ts';
import { shareOf } from '../support/nightly.ts';
import { changing, list, oddAt, type Row, toText } from '../support/odd-rows.ts';
import * as vprotect from '../support/vprotect.ts';

test('an unreadable field of a vProtect task affects only the values from that task', async () => {
  await using fixture = await vprotect.open({ history: 6 });
  fixture.sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
  const target = fixture.sandbox.startOutside(vprotect.first);
  const other = fixture.sandbox.startOutside(vprotect.second);
  fixture.pass(20);
  const isTask = (row: Row) => 'guid' in row && 'statusInfo' in row && 'workflowExecution' in row;
  const rows: Row[] = [];
  const read = async () =>
    (await fixture.provider.getBackups([target.backup, other.backup], never)) as readonly object[];
  let before: readonly object[];
  {
    using _ = fixture.proxy.fail(
      changing(isTask, (row) => {
        rows.push(row);
        return row;
      }),
    );
    before = await read();
  }
  expect(before).toMatchObject([
    { progress: { percent: expect.any(Number) } },
    { progress: { percent: expect.any(Number) } },
  ]);
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  expect(fields.size).toBeGreaterThan(5);
  const untimed = (row: object | undefined) => JSON.stringify(row).replace(/"updatedAt":\d+/, '');
  for (const [place, field] of [...fields].entries()) {
    for (const value of oddAt(place)) {
      const what = `${field}: ${JSON.stringify(value)}`;
      using _ = fixture.proxy.fail(
        changing(
          (row) => isTask(row) && row['guid'] === target.exportTask,
          (row) => ({ ...row, [field]: value }),
        ),
      );
      const [own, shown] = await read();
      expect(untimed(shown), what).toEqual(untimed(before[1]));
      expect(own, what).toMatchObject({ localId: target.backup, status: 'RUNNING' });
      const { problems } = await list(fixture.provider);
      expect(problems, what).toEqual([]);
    }
  }
});

test.each(['count', 'page_size'])('a list of Labii is complete if its "%s" cannot be read', async (field) => {
  await using fixture = await labii.open({ history: 120, organizations: [{ sid: labii.alpha, name: 'One' }] });
  for (const maxPageSize of [50, 10]) {
    fixture.sandbox.maxPageSize = maxPageSize;
    const whole = await labii.walk(fixture.provider, {});
    expect(whole.rows).toHaveLength(120);
    for (const [place, value] of [undefined, 'odd', {}, -1].entries()) {
      for (const direction of shareOf(['descending', 'ascending'] as const, place + maxPageSize / 10, 2)) {
        using _ = fixture.proxy.fail(
          changing(
            (row) => 'results' in row,
            (row) => ({ ...row, [field]: value }),
          ),
        );
        const { rows, problems } = await labii.walk(fixture.provider, { direction });
        expect(rows.map(toText).sort(), `${JSON.stringify(value)} ${direction}`).toEqual(whole.rows.map(toText).sort());
        expect(problems).toEqual([]);
      }
    }
  }
  using _ = fixture.proxy.fail(
    changing(
      (row) => 'results' in row,
      (row) => ({ ...row, count: null }),
    ),
  );
  expect(await fixture.provider.countBackups(noFilter, never)).toBeNull();
});

test.each([
  ['content', undefined],
  ['content', { odd: true }],
  ['content', 17],
  ['line_number', 'odd'],
])('a record of a Borg log whose "%s" is %j costs no other line, and is shown', async (field, value) => {
  await using fixture = await borg.open({ history: 0 });
  const script = { durationSeconds: 10, linesPerSecond: 3, outcome: 'failed' as const };
  const id = fixture.sandbox.startOutside(borg.alpha, { script });
  const isThird = (row: Row) => 'line_number' in row && row['line_number'] === 3;
  const readAt = async () => borg.readLog(fixture.provider, await borg.get(fixture.provider, id));
  for (const seconds of [5, 60]) {
    fixture.sandbox.clock.advance(seconds * 1000);
    const whole = await readAt();
    expect(whole.lines.length).toBeGreaterThan(5);
    using _ = fixture.proxy.fail(changing(isThird, (row) => ({ ...row, [field]: value })));
    const read = await readAt();
    const without = (lines: readonly object[]) => lines.filter((_line, index) => index !== 2);
    expect(without(read.lines)).toEqual(without(whole.lines));
    expect({ ...read, lines: [] }).toEqual({ ...whole, lines: [] });
    const shown = field === 'content' ? expect.stringContaining('cannot be read') : whole.lines[2]?.text;
    expect(read.lines[2]?.text).toEqual(shown);
  }
});

test.each(['total_lines', 'has_more'])('a log of Borg is complete if its "%s" cannot be read', async (field) => {
  await using fixture = await borg.open({ history: 0 });
  const script = { durationSeconds: 10, linesPerSecond: 3, outcome: 'failed' as const };
  const id = fixture.sandbox.startOutside(borg.alpha, { script });
  fixture.sandbox.clock.advance(60_000);
  const backup = await borg.get(fixture.provider, id);
  const whole = await borg.readLog(fixture.provider, backup);
  using _ = fixture.proxy.fail(
    changing(
      (row) => 'lines' in row,
      (row) => ({ ...row, [field]: {} }),
    ),
  );
  expect(await borg.readLog(fixture.provider, backup)).toEqual(whole);
  const page = await borg.readLog(fixture.provider, backup, { offset: 5, limit: 4 });
  expect(page.lines).toEqual(whole.lines.slice(5, 9));
});
