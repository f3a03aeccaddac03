/** All changes of backups, of which every screen hears. One stream for the whole page, open while somebody is signed in. */
import { useEffect, useEffectEvent } from 'react';
import { graphql } from '../gql/gql.ts';
import type { ChangesSubscription } from '../gql/graphql.ts';
import { follow } from './live.ts';

const Changes = graphql(/* GraphQL */ `
  subscription Changes($after: String) {
    backupChanges(after: $after) {
      __typename
      ... on StreamEvent {
        cursor
      }
      ... on BackupStarted {
        backup {
          ...RunningRow
        }
      }
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
        since
        problem {
          ...ProblemRow
        }
      }
    }
  }
  fragment RunningRow on Backup {
    id
    name
    externalId
    status
    startedAt
    sortedAt
    entity {
      id
      name
    }
    provider {
      name
      kind
    }
    progress {
      percent
      processedBytes
      totalBytes
      processedItems
      bytesPerSecond
      secondsRemaining
      updatedAt
    }
  }
  fragment ProblemRow on ProviderProblem {
    code
    message
    retryAfterSeconds
    servedAsOf
    provider {
      name
    }
    entity {
      id
      name
    }
  }
`);

export type Change = ChangesSubscription['backupChanges'];
export interface ChangeListener {
  /** Opened, for the first time or again: read what you show now. */
  readonly onOpen?: () => void;
  readonly onChange?: (change: Change) => void;
}

const listeners = new Set<ChangeListener>();

/** Returns a function that stops it. */
export function startChanges(): () => void {
  let after: string | null = null;
  return follow(Changes, {
    variables: () => ({ after }),
    onOpen: () => {
      for (const listener of listeners) listener.onOpen?.();
    },
    onEvent: ({ backupChanges }) => {
      after = backupChanges.cursor;
      for (const listener of listeners) listener.onChange?.(backupChanges);
    },
  });
}

export function useChanges({ onOpen, onChange }: ChangeListener): void {
  const opened = useEffectEvent(() => onOpen?.());
  const changed = useEffectEvent((change: Change) => onChange?.(change));
  useEffect(() => {
    const listener: ChangeListener = { onOpen: () => opened(), onChange: (change) => changed(change) };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
