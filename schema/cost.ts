/**
 * What fields cost, about one for each value of an answer. A list counts what is asked of its items as often as it may
 * have some. A field that costs a product a call has a weight of its own. What the fields of the root read
 * beyond their rows counts for each provider that their filter selects, and once for all fields that share it.
 */
import type { Instant } from '../src/core/instant.ts';
import type { Provider } from '../src/core/provider.ts';
import { toSources } from '../src/lists/backup-list.ts';
import type { MergeSource } from '../src/lists/merge.ts';
import type { Read, ReadsContext } from '../src/lists/read-cost.ts';
import { scanKey } from '../src/lists/scan.ts';
import { selectProviders } from '../src/lists/select.ts';
import { withinRange } from '../src/lists/timeline.ts';
import {
  type BackupFilterInput,
  type EntityFilterInput,
  type EntityOrderInput,
  toEntityFilter,
  toListFilter,
} from './inputs.ts';
import { list, lookup, page, type SizedArguments } from './weights.ts';

/** Reads up to 5,000 backups of one provider: a row that is looked at is a tenth of one that is shown. */
const scan = 500;
/** Adds up what is stored of one provider. */
const totals = 100;
/** Looks for the newest success of everything that one provider protects: up to 2,000 backups in one list, and more apart. */
const census = 250;
/** Looks through up to 10,000 backups of one provider for a page; most pages are full long before. */
const filtered = 500;
/** Counts the backups of one provider, which for some products means to list them. */
const counting = 500;
/** Asks for the presence of the data of the rows that are looked through: one call for each of up to 20 entities. */
const presences = 20 * lookup;

interface FilterArguments<Filter> extends SizedArguments {
  readonly filter?: Filter | null | undefined;
}

/** A page of entities of one provider; a filter by protection looks at all of them. */
export const entityPage = ({ filter, orderBy, ...sizes }: EntityArguments) =>
  page(isComputed({ filter, orderBy }) ? lookup + census : lookup)(sizes);

interface EntityArguments extends FilterArguments<EntityFilterInput> {
  readonly orderBy?: EntityOrderInput | null | undefined;
}

/** By the newest success of each entity. */
const isComputed = ({ filter, orderBy }: EntityArguments): boolean =>
  filter?.protection != null || filter?.lastSuccessBefore != null || orderBy?.field === 'LAST_SUCCESS';

/** A page of backups of one provider, or of one entity. */
export const backupPage = ({ filter, ...sizes }: FilterArguments<BackupFilterInput>) =>
  page(isLookedThrough(filter) ? list + filtered + sum(readsFor(filter, 'the provider')) : list)(sizes);

/** Some product cannot apply it, so that rows which do not match are read, too. */
const isLookedThrough = (filter: BackupFilterInput | null | undefined): boolean =>
  Object.entries(filter ?? {}).some(([name, value]) => value != null && name !== 'providers' && name !== 'kinds');

/** What a filter reads of one provider besides backups: its entities, and where the data of its backups is. */
const readsFor = (filter: BackupFilterInput | null | undefined, provider: string): readonly Read[] => [
  ...(filter?.entitySearch ? [{ key: `entities of ${provider}`, cost: list }] : []),
  ...(filter?.dataPresence ? [alone(presences)] : []),
];
const sum = (reads: readonly Read[]): number => reads.reduce((total, { cost }) => total + cost, 0);

/** Of a list of all providers: what it reads beyond its page. */
export const readsOfList = ({ filter }: FilterArguments<BackupFilterInput>, context: ReadsContext): readonly Read[] => {
  const sources = toSources(context.providers, noTimeout, toListFilter(filter));
  const counted = context.selects('totalCount') ? sources.map(() => alone(counting)) : [];
  const looked = isLookedThrough(filter) ? sources.map(() => alone(filtered)) : [];
  return [...looked, ...sources.flatMap(({ provider }) => readsFor(filter, provider.name)), ...counted];
};

/** Every entity of the providers that the filter selects is looked at once for an operation. */
export const readsOfEntities = ({ filter, orderBy }: EntityArguments, { providers }: ReadsContext) =>
  isComputed({ filter, orderBy }) ? censusOf(selectProviders(providers, toEntityFilter(filter))) : [];

export const readsOfStatistics = (
  { filter }: { readonly filter?: BackupFilterInput | null | undefined },
  { providers, selects }: ReadsContext,
): readonly Read[] => {
  const sources = toSources(providers, noTimeout, toListFilter(filter));
  const others = sources.flatMap(({ provider }) => readsFor(filter, provider.name));
  return [
    ...sources.map(scanOf),
    ...others,
    ...(selects('overdueEntities') ? censusOf(sources.map((one) => one.provider)) : []),
  ];
};

/** The database of the gateway is read, for each provider, and no product. */
export const readsOfTotals = (
  { filter }: { readonly filter?: BackupFilterInput | null | undefined },
  { providers }: ReadsContext,
): readonly Read[] => toSources(providers, noTimeout, toListFilter(filter)).map(() => alone(totals));

export const readsOfTimeline = (
  { from, to, filter }: TimelineArguments,
  { providers }: ReadsContext,
): readonly Read[] =>
  toSources(providers, noTimeout, withinRange(toListFilter(filter), { from, to })).flatMap((source) => [
    scanOf(source),
    ...readsFor(filter, source.provider.name),
  ]);

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
