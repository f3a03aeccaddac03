/**
 * What fields cost, about one for each value of an answer. A list counts what is asked of its items as often as it may
 * have some. Whatever makes a product work for a single field has a weight of its own. What the fields of the root read
 * beyond their rows counts for each provider that their filter selects, and once for all fields that share it.
 */
import type { Instant } from '../src/core/instant.ts';
import { toSources } from '../src/core/lists/backup-list.ts';
import type { MergeSource } from '../src/core/lists/merge.ts';
import { defaultPageSize, maxPageSize, type PageArguments } from '../src/core/lists/page.ts';
import type { Read, ReadsContext } from '../src/core/lists/read-cost.ts';
import { scanKey } from '../src/core/lists/scan.ts';
import { selectProviders } from '../src/core/lists/select.ts';
import { withinRange } from '../src/core/lists/timeline.ts';
import type { Provider } from '../src/core/provider.ts';
import { type BackupFilterInput, type EntityFilterInput, toEntityFilter, toListFilter } from './inputs.ts';

/** Reads up to 5,000 backups of one provider: a row that is looked at is a tenth of one that is shown. */
const scan = 500;
/** Looks for the newest success of everything that one provider protects: up to 2,000 backups in one list, and more apart. */
const census = 250;
/** Looks through up to 10,000 backups of one provider for a page; most pages are full long before. */
const filtered = 500;
/** Counts the backups of one provider, which for some products means to list them. */
const counting = 500;
/** A list of backups: a call for each upstream collection. */
export const list = 50;
/** One call for one thing, at the worst. */
export const lookup = 5;

/** Arguments that a cost may depend on are `first`, `last`, `ids`, `representations` and `filter`: no others are read for it. */
type SizedArguments = Pick<PageArguments, 'first' | 'last'>;

/** A page of `weight`; a size out of range is refused by whoever reads it, and counts as the nearest in range. */
export const page =
  (weight: number) =>
  ({ first, last }: SizedArguments) => ({ field: weight, multiplier: pageSize({ first, last }) });

/** Whatever is selected beside the items is there at least once. */
function pageSize({ first, last }: SizedArguments): number {
  const size = first == null && last == null ? defaultPageSize : Math.max(first ?? 0, last ?? 0);
  return Math.min(Math.max(size, 1), maxPageSize);
}

interface FilterArguments<Filter> extends SizedArguments {
  readonly filter?: Filter | null | undefined;
}

/** A page of entities of one provider; a filter by protection looks at all of them. */
export const entityPage = ({ filter, ...sizes }: FilterArguments<EntityFilterInput>) =>
  page(filter?.protection ? lookup + census : lookup)(sizes);

/** A page of backups of one provider, or of one entity. */
export const backupPage = ({ filter, ...sizes }: FilterArguments<BackupFilterInput>) =>
  page(isLookedThrough(filter) ? list + filtered : list)(sizes);

/** Some product cannot apply it, so that rows which do not match are read, too. */
const isLookedThrough = (filter: BackupFilterInput | null | undefined): boolean =>
  Object.entries(filter ?? {}).some(([name, value]) => value != null && name !== 'providers' && name !== 'kinds');

/** Of a list of all providers: what it reads beyond its page. */
export const readsOfList = ({ filter }: FilterArguments<BackupFilterInput>, context: ReadsContext): readonly Read[] => {
  const sources = toSources(context.providers, noTimeout, toListFilter(filter));
  const counted = context.selects('totalCount') ? sources.map(() => alone(counting)) : [];
  return [...(isLookedThrough(filter) ? sources.map(() => alone(filtered)) : []), ...counted];
};

/** Every entity of the providers that the filter selects is looked at once for an operation. */
export const readsOfEntities = ({ filter }: FilterArguments<EntityFilterInput>, { providers }: ReadsContext) =>
  filter?.protection ? censusOf(selectProviders(providers, toEntityFilter(filter))) : [];

export const readsOfStatistics = (
  { filter }: { readonly filter?: BackupFilterInput | null | undefined },
  { providers, selects }: ReadsContext,
): readonly Read[] => {
  const sources = toSources(providers, noTimeout, toListFilter(filter));
  return [...sources.map(scanOf), ...(selects('overdueEntities') ? censusOf(sources.map((one) => one.provider)) : [])];
};

export const readsOfTimeline = (
  { from, to, filter }: TimelineArguments,
  { providers }: ReadsContext,
): readonly Read[] => toSources(providers, noTimeout, withinRange(toListFilter(filter), { from, to })).map(scanOf);

interface TimelineArguments {
  readonly from: Instant;
  readonly to: Instant;
  readonly filter?: BackupFilterInput | null | undefined;
}

const scanOf = (source: MergeSource): Read => ({ key: scanKey(source), cost: scan });
const censusOf = (providers: readonly Provider[]): readonly Read[] =>
  providers.map(({ name }) => ({ key: `census of ${name}`, cost: census }));
const alone = (cost: number): Read => ({ key: null, cost });
/** Nothing is asked here. */
const noTimeout = (): number => 0;

/** Within a page, which has counted the items already. */
export const counted = { field: 1, multiplier: 1 };
