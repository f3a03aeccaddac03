/** How the storage of each system grows, from numbers by step of time. */
import type { BackupGroupBy, TotalsQuery } from '../../gql/graphql.ts';

type Step = NonNullable<TotalsQuery['growth']>['groups'][number];

/** The gateway gives no more groups. */
const maxGroups = 2_000;
const lengths = [
  ['DAY', 1],
  ['WEEK', 7],
  ['MONTH', 28],
] as const;

/** The shortest step of which there are not too many. */
export const stepFor = (days: number, systems: number): BackupGroupBy =>
  lengths.find(([, length]) => (days / length + 2) * systems <= maxGroups)?.[0] ?? 'MONTH';

export interface Growth {
  readonly times: readonly string[];
  readonly systems: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** What each system has stored since the start of the range, added up. Systems that do not tell their sizes are left out. */
export function toGrowth(steps: readonly Step[]): Growth {
  const known = steps.flatMap(({ start, provider, storedBytes }) =>
    start !== null && provider && storedBytes !== null ? [{ start, name: provider.name, storedBytes }] : [],
  );
  const times = [...new Set(steps.flatMap(({ start }) => start ?? []))].toSorted(
    (a, b) => Date.parse(a) - Date.parse(b),
  );
  const bytes = new Map(known.map(({ start, name, storedBytes }) => [`${start} ${name}`, storedBytes]));
  const systems = [...new Set(known.map(({ name }) => name))].map((name) => {
    let sum = 0;
    return { name, values: times.map((time) => (sum += bytes.get(`${time} ${name}`) ?? 0)) };
  });
  return { times, systems };
}
