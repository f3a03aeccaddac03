/** States by shape and colour, always with their name. Nothing that is not known to be good is green. */
import type { AuditOutcome, BackupStatus, ProtectionStatus, ProviderStatus } from '../gql/graphql.ts';
import { texts } from '../text/texts.ts';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'none';
type Shape = keyof typeof shapes;

const shapes = {
  check: 'M3 8.5 6.5 12 13 4.5',
  bang: 'M8 3v6M8 12.4v.2',
  cross: 'M4 4l8 8M12 4l-8 8',
  play: 'M5.5 3.5v9l7-4.5z',
  clock: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM8 4.8V8l2.2 1.6',
  dash: 'M4 8h8',
  question: 'M5.8 5.8a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.6M8 12v.2',
};

const backups: Record<BackupStatus, readonly [Tone, Shape]> = {
  SUCCEEDED: ['good', 'check'],
  SUCCEEDED_WITH_WARNINGS: ['warn', 'bang'],
  FAILED: ['bad', 'cross'],
  RUNNING: ['busy', 'play'],
  QUEUED: ['busy', 'clock'],
  CANCELLING: ['busy', 'dash'],
  CANCELLED: ['none', 'dash'],
  SKIPPED: ['none', 'dash'],
  UNKNOWN: ['none', 'question'],
};

const protections: Record<ProtectionStatus, readonly [Tone, Shape]> = {
  PROTECTED: ['good', 'check'],
  OVERDUE: ['bad', 'clock'],
  NEVER_BACKED_UP: ['bad', 'cross'],
  NO_EXPECTATION: ['none', 'dash'],
  UNKNOWN: ['none', 'question'],
};

const healths: Record<ProviderStatus, readonly [Tone, Shape]> = {
  UP: ['good', 'check'],
  DEGRADED: ['warn', 'bang'],
  DOWN: ['bad', 'cross'],
  UNKNOWN: ['none', 'question'],
};

const outcomes: Record<AuditOutcome, readonly [Tone, Shape]> = {
  DONE: ['good', 'check'],
  ACCEPTED: ['busy', 'clock'],
  UNDER_WAY: ['busy', 'clock'],
  PARTLY_DONE: ['warn', 'bang'],
  FAILED: ['bad', 'cross'],
  REFUSED: ['bad', 'dash'],
  UNKNOWN: ['none', 'question'],
};

function Mark({ look: [tone, shape], text }: { readonly look: readonly [Tone, Shape]; readonly text: string }) {
  return (
    <span className={`mark ${tone}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={shapes[shape]} />
      </svg>
      {text}
    </span>
  );
}

export const StatusMark = ({ status }: { readonly status: BackupStatus }) => (
  <Mark look={backups[status]} text={texts.status[status]} />
);
export const ProtectionMark = ({ status }: { readonly status: ProtectionStatus }) => (
  <Mark look={protections[status]} text={texts.protection[status]} />
);
export const HealthMark = ({ status }: { readonly status: ProviderStatus }) => (
  <Mark look={healths[status]} text={texts.health[status]} />
);
export const OutcomeMark = ({ outcome }: { readonly outcome: AuditOutcome }) => (
  <Mark look={outcomes[outcome]} text={texts.outcome[outcome]} />
);
