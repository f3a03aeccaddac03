/** The backup systems: health, when it was seen, and what each can do. */
import { useChanges } from '../../api/changes.ts';
import { readSystems } from '../../api/systems.ts';
import { useReading } from '../../api/use-reading.ts';
import type { SystemsQuery } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { formatDuration, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { History } from './history.tsx';
import { Limits } from './limits.tsx';

export default function Systems() {
  const reading = useReading(readSystems, { key: 'systems', everySeconds: 5 });
  useChanges({ onOpen: reading.reload });
  const systems = reading.data?.providers;
  return (
    <>
      <h1>{texts.screens.systems}</h1>
      <ReadingState reading={reading} />
      {systems?.length === 0 && <Empty hint={texts.systems.noneHint}>{texts.systems.none}</Empty>}
      <div className="cards">
        {systems?.map((system) => (
          <System key={system.id} system={system} />
        ))}
      </div>
    </>
  );
}

function System({ system }: { readonly system: SystemsQuery['providers'][number] }) {
  const { name, kind, capabilities, health, history, limits } = system;
  return (
    <Section title={name} beside={<HealthMark status={health.status} />}>
      {health.problem && (
        <div className="notice bad" role="alert">
          <span>{health.problem.message}</span>
          {health.problem.retryAfterSeconds !== null && (
            <span>{`${texts.tryAgain}: ${formatDuration(health.problem.retryAfterSeconds)}`}</span>
          )}
        </div>
      )}
      <dl className="facts">
        <dt>{texts.backup.system}</dt>
        <dd>{texts.kind[kind]}</dd>
        <dt>{texts.systems.asked}</dt>
        <dd>{health.checkedAt ? <Time at={health.checkedAt} both /> : texts.health.UNKNOWN}</dd>
        <dt>{texts.systems.latency}</dt>
        <dd>{health.latencyMs === null ? texts.unknown : `${formatNumber(Math.round(health.latencyMs))} ms`}</dd>
        <dt>{texts.systems.capabilities}</dt>
        <dd>
          {capabilities.length === 0
            ? texts.systems.readOnly
            : capabilities.map((one) => texts.capability[one]).join(', ')}
        </dd>
        {limits && (
          <>
            <dt>{texts.systems.limits}</dt>
            <dd>
              <Limits limits={limits} />
            </dd>
          </>
        )}
        {history && (
          <>
            <dt>{texts.systems.history}</dt>
            <dd>
              <History history={history} />
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
