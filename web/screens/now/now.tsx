/** The morning's answer: one sentence about everything, then what runs, what failed, and what is not protected. */
import { useEffect, useRef, useState } from 'react';
import { useChanges } from '../../api/changes.ts';
import { useReading } from '../../api/use-reading.ts';
import { Time } from '../../parts/clock.tsx';
import { Problems } from '../../parts/problems.tsx';
import { ReadingState } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';
import { FailedSection } from './failed-section.tsx';
import { toHeadline } from './headline.ts';
import { ProtectionCounts } from './protection-counts.tsx';
import { readProtection } from './read-protection.ts';
import { useRunning } from './read-running.ts';
import { RunningSection } from './running-section.tsx';
import { SystemsStrip } from './systems-strip.tsx';
import { UnprotectedSection } from './unprotected-section.tsx';

/** Several backups often end at once; each would read the same again. */
const settleMs = 1_500;

export function Now() {
  const survey = useReading(readProtection, { key: 'protection', everySeconds: 60 });
  const [ends, setEnds] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const readAll = () => {
    survey.reload();
    setEnds((count) => count + 1);
  };
  // A timer that runs is not started again: events without a pause would put the reading off for ever.
  const readSoon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      readAll();
    }, settleMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const running = useRunning(readSoon);
  useChanges({ onOpen: readSoon });

  const headline = survey.data && toHeadline(survey.data);
  const problems = [...(survey.data?.problems ?? []), ...(running.data?.problems ?? [])];
  return (
    <div className="now">
      <h1 className={`headline ${headline?.tone ?? 'none'}`} aria-live="polite">
        {headline?.text ?? `${texts.now.headline.counting}…`}
      </h1>
      {survey.asOf && (
        <p className="quiet as-of">
          {texts.asOf} <Time at={survey.asOf} both />
          <button type="button" onClick={readAll}>
            {texts.readAgain}
          </button>
        </p>
      )}
      {survey.data && <ProtectionCounts survey={survey.data} />}
      <SystemsStrip ends={ends} />
      <ReadingState reading={survey} />
      <Problems problems={problems} />
      <RunningSection reading={running} />
      <FailedSection ends={ends} />
      {survey.data && <UnprotectedSection rows={survey.data.rows} />}
    </div>
  );
}
