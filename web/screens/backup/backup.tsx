/** One backup: how it stands, what it made, its log, and what may be done with it. */
import { useEffect, useEffectEvent, useState } from 'react';
import { query } from '../../api/client.ts';
import { follow } from '../../api/live.ts';
import { useReading } from '../../api/use-reading.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProgressEventsSubscription } from '../../gql/graphql.ts';
import { StatusMark } from '../../parts/marks.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';
import { Actions } from './actions.tsx';
import { Anomalies } from './anomalies.tsx';
import { Facts } from './facts.tsx';
import { LogSection } from './log-section.tsx';

const BackupDocument = graphql(/* GraphQL */ `
  query Backup($id: ID!) {
    backup(id: $id) {
      ...RunningRow
      ...BackupFacts
      anomalies {
        ...Unusual
      }
      allowedActions
      entity {
        allowedActions
      }
      logUrl
      errorMessage
      failureReason {
        category
        message
        remedy
      }
      problems {
        ...ProblemRow
      }
    }
  }
`);

const ProgressEvents = graphql(/* GraphQL */ `
  subscription ProgressEvents($id: ID!) {
    backupProgress(id: $id) {
      __typename
      ... on BackupUpdated {
        backup {
          ...RunningRow
        }
      }
      ... on BackupFinished {
        backup {
          ...RunningRow
        }
      }
      ... on StreamStalled {
        problem {
          ...ProblemRow
        }
      }
    }
  }
`);

type ProgressEvent = ProgressEventsSubscription['backupProgress'];

const isOpen = (status: string): boolean => /^(QUEUED|RUNNING|CANCELLING)$/.test(status);

export default function Backup({ id }: { readonly id: string }) {
  const reading = useReading(() => query(BackupDocument, { id }), { key: id });
  const backup = reading.data?.backup;
  const event = useProgress(id, backup != null && isOpen(backup.status), reading.reload);
  if (!backup) {
    return (
      <>
        <h1>{texts.backup.unnamed}</h1>
        <ReadingState reading={reading} />
        {reading.data && <Empty>{texts.backup.notFound}</Empty>}
      </>
    );
  }
  const live = event && event.__typename !== 'StreamStalled' ? event.backup : backup;
  const title = backup.entity?.name ?? backup.name ?? texts.backup.numbered(backup.externalId);
  const stalled = event?.__typename === 'StreamStalled' ? [event.problem] : [];
  const { failureReason, errorMessage } = backup;
  return (
    <>
      <header className="title">
        <h1>{title}</h1>
        <StatusMark status={live.status} />
        <Actions backup={backup} onDone={reading.reload} />
      </header>
      <ReadingState reading={reading} />
      <Problems problems={[...backup.problems, ...stalled]} />
      {(failureReason || errorMessage) && (
        <div className="notice bad">
          <span>
            {failureReason && <strong>{texts.category[failureReason.category]}. </strong>}
            {failureReason?.message ?? errorMessage}
          </span>
          {failureReason?.remedy && <span>{failureReason.remedy}</span>}
        </div>
      )}
      {backup.anomalies && <Anomalies anomalies={backup.anomalies} />}
      {isOpen(live.status) && <Progress progress={live.progress} label={title} />}
      <Facts backup={backup} />
      <LogSection id={id} logUrl={backup.logUrl} />
    </>
  );
}

/** The newest event of a backup that is not over; null: there is none. */
function useProgress(id: string, isRunning: boolean, onEnd: () => void): ProgressEvent | null {
  const [state, setState] = useState<{ readonly id: string; readonly event: ProgressEvent } | null>(null);
  const ended = useEffectEvent(onEnd);
  useEffect(() => {
    if (!isRunning) return;
    return follow(ProgressEvents, {
      variables: () => ({ id }),
      onEvent: ({ backupProgress }) => setState({ id, event: backupProgress }),
      onEnd: () => {
        setState(null);
        ended();
      },
    });
  }, [id, isRunning]);
  return isRunning && state?.id === id ? state.event : null;
}
