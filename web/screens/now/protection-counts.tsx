/** How many entities are in each state; each number leads to them. */
import { Link } from 'wouter';
import type { ProtectionStatus } from '../../gql/graphql.ts';
import { ProtectionMark } from '../../parts/marks.tsx';
import { missingOf } from '../../parts/problems.tsx';
import { formatList, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import type { ProtectionSurvey } from './read-protection.ts';

const order: readonly ProtectionStatus[] = ['NEVER_BACKED_UP', 'OVERDUE', 'UNKNOWN', 'NO_EXPECTATION', 'PROTECTED'];

export function ProtectionCounts({ survey }: { readonly survey: ProtectionSurvey }) {
  const { total, rows, problems } = survey;
  const counts = new Map<ProtectionStatus, number>();
  for (const { protection } of rows) counts.set(protection.status, (counts.get(protection.status) ?? 0) + 1);
  // As the sentence above counts them.
  counts.set('PROTECTED', Math.max(0, total - rows.length));
  const missing = missingOf(problems);
  const shown = order.flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count > 0 ? [{ status, count }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <section aria-label={texts.now.byProtection} className="strip">
      {shown.map(({ status, count }) => (
        <Link key={status} href={`/entities?state=${status}`} className="chip">
          <strong>{formatNumber(count)}</strong> <ProtectionMark status={status} />
        </Link>
      ))}
      {missing.length > 0 && <span className="quiet">{texts.now.countedWithout(formatList(missing))}</span>}
    </section>
  );
}
