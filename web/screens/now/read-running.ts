/** Backups that run or wait: what was read, and what has changed since. */
import { useRef, useState } from 'react';
import { type Change, useChanges } from '../../api/changes.ts';
import { query } from '../../api/client.ts';
import { type Reading, useReading } from '../../api/use-reading.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProblemRowFragment, RunningRowFragment } from '../../gql/graphql.ts';

const Running = graphql(/* GraphQL */ `
  query Running($after: String) {
    backups(first: 100, after: $after, filter: { statuses: [QUEUED, RUNNING, CANCELLING] }) {
      nodes {
        ...RunningRow
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

interface RunningBackups {
  readonly rows: readonly RunningRowFragment[];
  readonly problems: readonly ProblemRowFragment[];
}

type ChangedRow = readonly [row: RunningRowFragment, isOver: boolean];

/** `onEnd`: one has started or ended, so that other parts of the screen are out of date. */
export function useRunning(onEnd: () => void): Reading<RunningBackups> {
  /** Of this reading and later: an answer that is on its way may be older than they are. */
  const changes = useRef(new Map<string, ChangedRow>());
  const [, setCount] = useState(0);
  const reading = useReading<RunningBackups>(
    async (signal) => {
      changes.current = new Map();
      const rows: RunningRowFragment[] = [];
      const problems: ProblemRowFragment[] = [];
      for (let after: string | null = null; !signal.aborted; ) {
        const { data, failure }: Awaited<ReturnType<typeof readPage>> = await readPage(after);
        if (!data?.backups) return { data: null, failure };
        rows.push(...data.backups.nodes);
        problems.push(...data.backups.problems);
        if (!data.backups.pageInfo.hasNextPage) break;
        after = data.backups.pageInfo.endCursor;
      }
      return { data: { rows, problems }, failure: null };
    },
    { key: 'running', everySeconds: 60 },
  );
  useChanges({
    onOpen: reading.reload,
    onChange(change) {
      const changed = toRow(change);
      if (!changed) return;
      changes.current.set(changed[0].id, changed);
      setCount((count) => count + 1);
      if (change.__typename !== 'BackupUpdated') onEnd();
    },
  });
  return { ...reading, data: reading.data && { ...reading.data, rows: merge(reading.data.rows, changes.current) } };
}

const readPage = (after: string | null) => query(Running, { after });

function toRow(change: Change): ChangedRow | null {
  switch (change.__typename) {
    case 'BackupStarted':
    case 'BackupUpdated':
      return [change.backup, !/^(QUEUED|RUNNING|CANCELLING)$/.test(change.backup.status)];
    case 'BackupFinished':
      return [change.backup, true];
    default:
      return null;
  }
}

function merge(rows: readonly RunningRowFragment[], changes: ReadonlyMap<string, ChangedRow>): RunningRowFragment[] {
  const all = new Map(rows.map((row) => [row.id, row]));
  for (const [id, [row, isOver]] of changes) {
    if (isOver) all.delete(id);
    else all.set(id, row);
  }
  return [...all.values()].toSorted((a, b) => (b.sortedAt ?? '~').localeCompare(a.sortedAt ?? '~'));
}
