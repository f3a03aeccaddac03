/** The length of a list whose total cannot be read, found by its pages. */
import type { ListSize } from '../_kit/readers/page-run.ts';

interface GivenPage {
  /** From 1. */
  readonly page: number;
  readonly asked: number;
  /** As the product says; null where that cannot be read. */
  readonly size: number | null;
  readonly total: number | null;
  /** Rows of this page. */
  readonly rows: number;
}

/** Rows of another page; 0 where there is none. */
type CountRows = (page: number) => Promise<number>;

interface ListSizes {
  complete(list: string, given: GivenPage, countRows: CountRows): Promise<ListSize>;
}

/** How long a found end is used: a list that has grown by whole pages looks the same. */
const keptMs = 10_000;

export function createListSizes(): ListSizes {
  const sizes = new Map<string, number>();
  const ends = new Map<string, { readonly total: number; readonly until: number }>();

  async function findTotal(list: string, page: number, size: number, rows: number, countRows: CountRows) {
    const above = (page - 1) * size;
    const known = ends.get(list);
    const isKnown = known !== undefined && performance.now() < known.until && known.total >= above + rows;
    if (rows === size && isKnown) return known.total;
    const isEnd = rows < size && (rows > 0 || page === 1);
    const total = isEnd ? above + rows : await findEnd(rows < size ? 1 : page, size, countRows);
    ends.set(list, { total, until: performance.now() + keptMs });
    return total;
  }

  return {
    async complete(list, { page, asked, size: toldSize, total: toldTotal, rows }, countRows) {
      // If the first page is not the whole list, it shows the page size of the product.
      const isCapped = page === 1 && rows > 0 && rows < asked && toldTotal !== null && rows < toldTotal;
      const size = toldSize ?? (isCapped ? rows : (sizes.get(list) ?? asked));
      sizes.set(list, size);
      return { size, total: toldTotal ?? (await findTotal(list, page, size, rows, countRows)) };
    },
  };
}

/** Number of rows, by doubling the page number from a full page on, then by binary search. */
async function findEnd(full: number, size: number, countRows: CountRows): Promise<number> {
  let low = full;
  let high = full * 2;
  for (;;) {
    const rows = await countRows(high);
    if (rows > 0 && rows < size) return (high - 1) * size + rows;
    if (rows === 0) break;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const rows = await countRows(middle);
    if (rows > 0 && rows < size) return (middle - 1) * size + rows;
    if (rows === 0) high = middle;
    else low = middle;
  }
  return low * size;
}
