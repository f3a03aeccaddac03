/** Generated data: organisations, and eight months of their backups. */
import { type Generation, type LabiiRow, sidOf, toRow } from './rows.ts';

export interface LabiiOrganization {
  readonly sid: string;
  readonly name: string;
}

export const defaultOrganizations: readonly LabiiOrganization[] = [
  { sid: 'og4Rk2mPz81Qd', name: 'Quist Protein Lab' },
  { sid: 'ogT19cVbe7x3L', name: 'Harbour Diagnostics' },
  { sid: 'og0yWn6Hs5uJf', name: 'Training sandbox of the institute' },
];

const spanMs = 240 * 86_400_000;
const hourMs = 3_600_000;
const mib = 1024 * 1024;

const names = [
  'Before the template clean-up',
  'Monthly archive',
  'Quarter end',
  'Audit copy for the sponsor',
  'Weekly export',
  'Vor der Umstellung',
  '20180803031606.gz',
];

/** The size by how far the organisation has grown, 0 at its oldest backup and 1 at its newest. */
export function sizeOf(organizationIndex: number, growth: number): number {
  const kind = organizationIndex % 3;
  if (kind === 0) return Math.round(mib * (47 + 65.4 * growth));
  if (kind === 1) return Math.round(mib * (930 + 350 * growth));
  return Math.round(512 * 1600 ** growth);
}

/** `count` rows for all organisations together, oldest first. The same `nowMs` gives the same rows. */
export function createHistory(
  organizations: readonly LabiiOrganization[],
  count: number,
  nowMs: number,
  generation: Generation,
): LabiiRow[] {
  if (organizations.length === 0) return [];
  const endings = endTimes(count, organizations.length, nowMs);
  const rows = endings.map((savedAtMs, age) => {
    const place = age % organizations.length;
    const round = Math.floor(age / organizations.length);
    const rounds = Math.ceil((count - place) / organizations.length);
    const isError = generation === 'current' && age % 11 === 5;
    return toRow({
      generation,
      organizationSid: organizations[place]?.sid ?? '',
      sid: sidOfAge(age, organizations.length),
      startedAtMs: generation === 'v1' ? savedAtMs - 45_000 - 110_000 * noise(2, age) : savedAtMs,
      savedAtMs,
      sizeBytes: isError ? 0 : sizeAt(place, round, rounds),
      // Django writes the size in the language of the user who made the backup.
      decimalMark: age % 8 === 6 ? ',' : '.',
      name: names[age % names.length] ?? '',
      status: isError ? 'Error' : 'Completed',
    });
  });
  return rows.reverse();
}

/** Newest first. Some end in the same microsecond as another of the same or of another organisation. */
function endTimes(count: number, organizations: number, nowMs: number): number[] {
  const times: number[] = [];
  const stepMs = (spanMs - 12 * hourMs) / Math.max(1, count);
  for (let age = 0; age < count; age += 1) {
    const together = age % 9 === 4 ? organizations : age % 7 === 3 ? 1 : 0;
    const ms = Math.floor(nowMs - 5 * hourMs - stepMs * (age + 0.6 * noise(1, age)));
    times.push((together > 0 ? times[age - together] : undefined) ?? ms + (1 + ((age * 379) % 997)) / 1000);
  }
  return times;
}

/** The second and the third backup of the first organisation have sids that differ only in the case of letters. */
const sidOfAge = (age: number, organizations: number): string =>
  age === 2 * organizations ? swapCase(sidOf(organizations)) : sidOf(age);

const swapCase = (sid: string): string =>
  sid.slice(0, 2) +
  sid.slice(2).replaceAll(/[a-z]/gi, (letter) => {
    const lower = letter.toLowerCase();
    return letter === lower ? letter.toUpperCase() : lower;
  });

/** One backup of the second organisation has a size of four digits, which is written with a comma. */
function sizeAt(place: number, round: number, rounds: number): number {
  if (place % 3 === 1 && round === 3) return Math.round(1012.4 * mib);
  return sizeOf(place, rounds > 1 ? (rounds - 1 - round) / (rounds - 1) : 1);
}

/** A pseudo-random number from 0 to 1 that depends only on the arguments. */
function noise(seed: number, index: number): number {
  let mixed = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
