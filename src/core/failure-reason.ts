/** Sorts a product's own words about a failed backup into categories that an operator can act on. Pure. */
import type { Backup } from './model.ts';
import { toSearchable } from './unicode.ts';

export const failureCategories = [
  'CREDENTIALS',
  'NETWORK',
  'LOCKED',
  'NO_SPACE',
  'PERMISSION',
  'LIMIT',
  'SOURCE',
  'CANCELLED',
  'OTHER',
] as const;
export type FailureCategory = (typeof failureCategories)[number];

/** One row of a product's table. The first row with a phrase in the message decides. */
export interface FailureRule {
  readonly category: Exclude<FailureCategory, 'OTHER'>;
  /** Parts of messages, in any case. */
  readonly phrases: readonly string[];
  /** What to do, as a sentence, if this product needs another step than `remedies` says. */
  readonly remedy?: string;
}

export interface FailureReason {
  readonly category: FailureCategory;
  /** The product's own words; null for a cancelled backup without any. */
  readonly message: string | null;
  /** What to do, as a sentence; null if nothing is known to help. */
  readonly remedy: string | null;
}

const remedies = {
  CREDENTIALS: 'Renew the credentials that the product uses for the source or the destination.',
  NETWORK: 'Check that the product can reach the source and the destination, then start the backup again.',
  LOCKED: 'Wait until the other job has ended. If none is running, release its lock in the product.',
  NO_SPACE: 'Free space at the destination or choose another one, then start the backup again.',
  PERMISSION: 'Give the account that the product uses the permission that it lacks.',
  LIMIT: 'Start the backup again when the limit allows it, or raise the limit at the source.',
  SOURCE: 'Check the source: the product could not read it.',
  CANCELLED: 'Start the backup again if nobody stopped it on purpose.',
  OTHER: null,
} as const satisfies Record<FailureCategory, string | null>;

/** Longest part of a message that is searched. */
const maxSearched = 2_000;

/** Null for a backup that neither failed nor was cancelled, and for a failed one whose product gives no reason. */
export function toFailureReason(
  { status, errorMessage: message }: Pick<Backup, 'status' | 'errorMessage'>,
  rules: readonly FailureRule[],
): FailureReason | null {
  if (status === 'CANCELLED') return { category: 'CANCELLED', message, remedy: remedies.CANCELLED };
  if (status !== 'FAILED' || message === null) return null;
  const searched = toSearchable(message.slice(0, maxSearched));
  const rule = rules.find(({ phrases }) => phrases.some((phrase) => searched.includes(toSearchable(phrase))));
  const category = rule?.category ?? 'OTHER';
  return { category, message, remedy: rule?.remedy ?? remedies[category] };
}
