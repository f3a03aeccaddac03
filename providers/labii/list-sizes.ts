/** How long a list is where the product does not say it in a way that can be read: as far as its pages show. */
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

/** The end is looked for again after so long: a list that has grown by whole pages looks the same. */
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
      // A first page that is not all of the list is as long as the product makes them.
      const isCapped = page === 1 && rows > 0 && rows < asked && toldTotal !== null && rows < toldTotal;
      const size = toldSize ?? (isCapped ? rows : (sizes.get(list) ?? asked));
      sizes.set(list, size);
      return { size, total: toldTotal ?? (await findTotal(list, page, size, rows, countRows)) };
    },
  };
}

/** Rows up to the end of the list, which lies after a full page: by twice as far each time, then by halves. */
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
