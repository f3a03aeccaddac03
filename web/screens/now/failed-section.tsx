import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useReading } from '../../api/use-reading.ts';
import type { FailedRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { StatusMark } from '../../parts/marks.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { formatList } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { readFailed, timeOf } from './read-failed.ts';

const hours = [12, 24, 72, 168] as const;

/** `ends` grows when a backup has ended. */
export function FailedSection({ ends }: { readonly ends: number }) {
  const [span, setSpan] = useState<(typeof hours)[number]>(24);
  const read = () => readFailed(new Date(Date.now() - span * 3_600_000));
  const reading = useReading(read, { key: String(span), everySeconds: 60 });
  const shown = useRef(ends);
  const { reload } = reading;
  useEffect(() => {
    if (shown.current === ends) return;
    shown.current = ends;
    reload();
  }, [ends, reload]);
  const choice = (
    <label className="choice">
      <span>{texts.now.failedSince}</span>
      <select value={span} onChange={({ target }) => setSpan(hours.find((one) => String(one) === target.value) ?? 24)}>
        {hours.map((one) => (
          <option key={one} value={one}>
            {texts.now.spans[one]}
          </option>
        ))}
      </select>
    </label>
  );
  const { data } = reading;
  return (
    <Section title={texts.now.failed} beside={choice}>
      <ReadingState reading={reading} />
      {data && (
        <>
          <Problems problems={data.problems} />
          {data.rows.length === 0 && <Empty>{texts.now.nothingFailed}</Empty>}
          <ul className="rows">
            {data.rows.map((row) => (
              <FailedRow key={row.id} row={row} />
            ))}
          </ul>
          {data.byStart.length > 0 && <p className="quiet">{texts.now.failedByStart(formatList(data.byStart))}</p>}
          {data.hasMore && <p className="quiet">{texts.now.moreFailed}</p>}
        </>
      )}
    </Section>
  );
}

function FailedRow({ row }: { readonly row: FailedRowFragment }) {
  const { id, name, externalId, status, entity, provider, failureReason } = row;
  return (
    <li>
      <StatusMark status={status} />
      <div className="what">
        <Link href={`/backups/${id}`}>{entity?.name ?? name ?? texts.backup.numbered(externalId)}</Link>
        <span className="quiet">
          {provider.name} · <Time at={timeOf(row)} />
        </span>
      </div>
      <div className="why">
        {failureReason ? (
          <>
            <span>
              <strong>{texts.category[failureReason.category]}.</strong> {failureReason.message}
            </span>
            {failureReason.remedy && <span className="quiet">{failureReason.remedy}</span>}
          </>
        ) : (
          <span className="quiet">{texts.now.noReason}</span>
        )}
      </div>
    </li>
  );
}
