/** One sentence about everything. */

import { missingOf } from '../../parts/problems.tsx';
import { formatList } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import type { ProtectionSurvey } from './read-protection.ts';

export interface Headline {
  readonly text: string;
  /** Good only if everything is known and protected. */
  readonly tone: 'good' | 'bad' | 'none';
}

export function toHeadline({ total, rows, problems }: ProtectionSurvey): Headline {
  const words = texts.now.headline;
  const counted = (...statuses: string[]): number =>
    rows.filter(({ protection }) => statuses.includes(protection.status)).length;
  const attention = counted('OVERDUE', 'NEVER_BACKED_UP');
  const unknown = counted('UNKNOWN');
  const unjudged = counted('NO_EXPECTATION');
  const missing = missingOf(problems);
  const unseen = missing.length > 0 ? [words.unseen(formatList(missing))] : [];
  if (total === 0) return { text: unseen[0] ? capitalize(unseen[0]) : words.nothing, tone: 'none' };
  const rest = [
    ...(unknown > 0 ? [words.unknown(unknown)] : []),
    ...(unjudged > 0 ? [words.unjudged(unjudged)] : []),
    ...unseen,
  ];
  // Read one after the other, so what has come in between is not counted as protected.
  const good = Math.max(0, total - rows.length);
  const isAll = attention === 0 && rest.length === 0;
  if (isAll) return { text: words.allProtected(total), tone: 'good' };
  const parts = [...(attention > 0 ? [words.attention(attention)] : []), words.protectedOf(good, total), ...rest];
  return { text: capitalize(parts.join(', ')), tone: attention > 0 ? 'bad' : 'none' };
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
