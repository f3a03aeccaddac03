import { useEffect } from 'react';
import { Link } from 'wouter';
import { readSystems } from '../../api/systems.ts';
import { useReading } from '../../api/use-reading.ts';
import { Time } from '../../parts/clock.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { ReadingState } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';

/** Each system, its health, and how old that is. */
export function SystemsStrip({ ends }: { readonly ends: number }) {
  const reading = useReading(readSystems, { key: 'systems', everySeconds: 10 });
  const { reload } = reading;
  useEffect(() => {
    if (ends > 0) reload();
  }, [ends, reload]);
  return (
    <section aria-label={texts.screens.systems} className="strip">
      <ReadingState reading={reading} />
      {reading.data?.providers.map(({ id, name, health }) => (
        <Link key={id} href="/systems" className="chip">
          <strong>{name}</strong>
          <HealthMark status={health.status} />
          {health.checkedAt && (
            <span className="quiet">
              <Time at={health.checkedAt} />
            </span>
          )}
        </Link>
      ))}
    </section>
  );
}
