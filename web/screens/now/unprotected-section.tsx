import { Link } from 'wouter';
import type { UnprotectedRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { LastSuccess } from '../../parts/last-success.tsx';
import { ProtectionMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';

export function UnprotectedSection({ rows }: { readonly rows: readonly UnprotectedRowFragment[] }) {
  return (
    <Section title={texts.now.unprotected}>
      {rows.length === 0 && <Empty>{texts.now.everythingProtected}</Empty>}
      <ul className="rows">
        {rows.map(({ id, name, provider, protection }) => (
          <li key={id}>
            <ProtectionMark status={protection.status} />
            <div className="what">
              <Link href={`/backups?entity=${encodeURIComponent(id)}`}>{name}</Link>
              <span className="quiet">{provider.name}</span>
            </div>
            <div className="why">
              <LastSuccess {...protection} />
              <span className="quiet">
                {protection.dueAt && (
                  <>
                    {texts.now.due} <Time at={protection.dueAt} />
                  </>
                )}
                {protection.dueAt && protection.failuresSinceLastSuccess ? ' · ' : ''}
                {protection.failuresSinceLastSuccess ? texts.now.failures(protection.failuresSinceLastSuccess) : ''}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
