/** A list with page numbers that changes while it is read. */
import { describe, expect, test } from 'vitest';
import { maxAttempts } from '../../providers/_kit/readers/pages.ts';
import type { Backup } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import { namesOf } from '../support/histories.ts';
import { aBackup } from '../support/model.ts';
import { aProduct, first, type Product, tidy } from '../support/paged.ts';

describe('a list that changes while it is read', () => {
  const addRow = (product: Product) => {
    const externalId = String(5000 + product.calls.length);
    product.rows = [aBackup({ externalId, sortedAt: Number(externalId) * 1e6 }), ...product.rows];
  };

  test('is read again from the start', async () => {
    const product = aProduct(tidy(300));
    product.onCall = (call) => void (call === 2 && addRow(product));
    const page = await product.read({});
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(0, 26)));
    expect(page.problems).toEqual([]);
    expect(product.calls).toEqual([1, 2, 1, 2]);
  });

  test('is read again where it is as long as before, and a row comes twice', async () => {
    const product = aProduct(tidy(300));
    product.onCall = (call) => {
      if (call !== 2) return;
      addRow(product);
      product.rows.splice(200, 1);
    };
    expect(namesOf((await product.read({})).rows)).toEqual(namesOf(product.rows.slice(0, 26)));
    expect(product.calls).toEqual([1, 2, 1, 2]);
  });

  test('is read again where its pages are of another size than before', async () => {
    const product = aProduct(tidy(300), 20);
    product.onCall = (call) => {
      if (call === 2) product.cap = 50;
    };
    expect(namesOf((await product.read({})).rows)).toEqual(namesOf(product.rows.slice(0, 26)));
  });

  test('by one row at its top and one at its end, as a retention does, loses none in either direction', async () => {
    for (const walk of ['descending', 'ascending'] as const) {
      for (const at of [2, 3, 4]) {
        const product = aProduct(tidy(300));
        product.onCall = (call) => {
          if (call !== at) return;
          addRow(product);
          product.rows.pop();
        };
        const after = toSortKey(product.rows[150] as Backup);
        const page = await product.read({
          direction: walk,
          after,
          limit: 60,
          offset: walk === 'descending' ? 151 : 150,
        });
        const expected = walk === 'descending' ? [151, 211] : [90, 150];
        const wanted = tidy(300).slice(...expected);
        expect(namesOf(page.rows)).toEqual(namesOf(walk === 'descending' ? wanted : wanted.reverse()));
      }
    }
  });

  test('shrinks below the page that is asked for, and is read again', async () => {
    const product = aProduct(tidy(120));
    product.onCall = (call) => void (call === 2 && product.rows.splice(20, 100));
    const page = await product.read({ limit: 60 });
    expect(page).toMatchObject({ isEnd: true, problems: [] });
    expect(page.rows).toHaveLength(20);
  });

  test('and never stands still is shown with a warning, each row once', async () => {
    const product = aProduct(tidy(300));
    product.onCall = () => addRow(product);
    const page = await product.read({});
    expect(page.problems).toMatchObject([{ provider: 'one', entityId: 'e1', error: { code: 'INCOMPLETE' } }]);
    expect(new Set(namesOf(page.rows)).size).toBe(26);
    expect(product.calls).toHaveLength(2 * maxAttempts);
  });

  test('and is shorter than it was known to be is found again from its top', async () => {
    const product = aProduct(tidy(500));
    await product.read(first('ascending', 10));
    product.rows = product.rows.slice(0, 120);
    expect((await product.read(first('ascending', 10))).rows[0]?.externalId).toBe(product.rows.at(-1)?.externalId);
  });
});
