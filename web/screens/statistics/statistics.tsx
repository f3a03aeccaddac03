/** Numbers of a range of time, for all systems or one. Range, system and zone stand in the address. */
import { useReading } from '../../api/use-reading.ts';
import { useViewer } from '../../api/viewer.ts';
import { type AddressFilter, Choice, useAddressFilter } from '../../parts/filters.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Section } from '../../parts/section.tsx';
import { ReadingState } from '../../parts/states.tsx';
import { ownZone } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { BySystem } from './by-system.tsx';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { stepFor } from './growth.ts';
import { readStatistics } from './read-statistics.ts';
import { readTotals } from './read-totals.ts';

const day = 86_400_000;
const isSpan = (days: number): boolean => Object.hasOwn(texts.statistics.spans, String(days));

const daysOf = (address: AddressFilter): number => {
  const asked = Number(address.get('days'));
  return isSpan(asked) ? asked : 30;
};

function toVariables(address: AddressFilter) {
  const to = new Date();
  const from = new Date(to.getTime() - daysOf(address) * day).toISOString();
  const system = address.get('system');
  const filter = { startedAfter: from, ...(system ? { providers: [system] } : {}) };
  return { filter, from, to: to.toISOString(), timeZone: address.get('zone') || ownZone };
}

export default function StatisticsScreen() {
  const address = useAddressFilter();
  const { providers } = useViewer();
  const key = ['days', 'system', 'zone'].map(address.get).join('\n');
  const reading = useReading(() => readStatistics(toVariables(address)), { key });
  // Of its own, since it needs the history.
  const totals = useReading(
    () => {
      const { filter, timeZone } = toVariables(address);
      return readTotals({ filter, timeZone, steps: [stepFor(daysOf(address), providers.length), 'PROVIDER'] });
    },
    { key },
  );
  const statistics = reading.data?.backupStatistics;
  const timeline = reading.data?.backupTimeline;
  const zone = address.get('zone') || ownZone;
  return (
    <>
      <h1>{texts.screens.statistics}</h1>
      <div className="tools">
        <label className="choice">
          <span>{texts.statistics.range}</span>
          <select value={address.get('days') || '30'} onChange={({ target }) => address.set('days', target.value)}>
            {Object.entries(texts.statistics.spans).map(([days, text]) => (
              <option key={days} value={days}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <Choice
          label={texts.backup.system}
          value={address.get('system')}
          options={providers.map(({ name }) => [name, name])}
          onChange={(value) => address.set('system', value)}
        />
        <label className="choice">
          <span>{texts.statistics.zone}</span>
          <select value={zone} onChange={({ target }) => address.set('zone', target.value)}>
            {[...new Set([ownZone, 'UTC', zone])].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
      <ReadingState reading={reading} />
      <Problems problems={[...(statistics?.problems ?? []), ...(timeline?.problems ?? [])]} />
      {statistics && (
        <Section title={texts.statistics.figures}>
          <Figures figures={statistics} />
        </Section>
      )}
      <BySystem totals={totals.data} failure={totals.failure} zone={zone} />
      {timeline && <Charts points={timeline.points} zone={zone} />}
    </>
  );
}
