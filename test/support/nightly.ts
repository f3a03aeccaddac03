/**
 * What repeats coverage at great cost runs in the scheduled job, `.ci/nightly`, which sets `BACKPLANE_NIGHTLY=1`. The gate
 * runs a selection, and says in its output what it leaves out and why.
 */
export const isNightly = process.env['BACKPLANE_NIGHTLY'] === '1';

/** Says what the gate leaves to the scheduled job; says nothing there. */
export function leftToNightly(what: string, reason: string): void {
  if (!isNightly) process.stdout.write(`left to .ci/nightly: ${what}: ${reason}\n`);
}

/** How many random cases a property draws: all of them every night, fewer in the gate, always from the same seed there. */
export const casesOf = (nightly: number, gate: number): number => (isNightly ? nightly : gate);

/** How many random cases a cheap property draws: a tenth of them in the gate. */
export const runsOf = (nightly: number): number => casesOf(nightly, Math.ceil(nightly / 10));

/** All cases every night. In the gate one of so many, and others at the next place, so that these places together meet all. */
export const shareOf = <T>(cases: readonly T[], place: number, places: number): readonly T[] =>
  isNightly ? cases : cases.filter((_, index) => index % places === place % places);
