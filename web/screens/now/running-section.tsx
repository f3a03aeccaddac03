import { Link } from 'wouter';
import type { Reading } from '../../api/use-reading.ts';
import type { RunningRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { StatusMark } from '../../parts/marks.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';

interface Props {
  readonly reading: Reading<{ readonly rows: readonly RunningRowFragment[] }>;
}

export function RunningSection({ reading }: Props) {
  const rows = reading.data?.rows;
  return (
    <Section title={texts.now.running}>
      <ReadingState reading={reading} />
      {rows?.length === 0 && <Empty>{texts.now.nothingRunning}</Empty>}
      <ul className="rows">
        {rows?.map((row) => (
          <RunningRow key={row.id} row={row} />
        ))}
      </ul>
    </Section>
  );
}

function RunningRow({ row }: { readonly row: RunningRowFragment }) {
  const { id, name, externalId, status, startedAt, entity, provider, progress } = row;
  const title = entity?.name ?? name ?? texts.backup.numbered(externalId);
  return (
    <li>
      <StatusMark status={status} />
      <div className="what">
        <Link href={`/backups/${id}`}>{title}</Link>
        <span className="quiet">
          {provider.name}
          {startedAt && (
            <>
              {' · '}
              <Time at={startedAt} />
            </>
          )}
        </span>
      </div>
      <Progress progress={progress} label={title} />
    </li>
  );
}
