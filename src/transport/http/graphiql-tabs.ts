/**
 * The tabs that GraphiQL opens with: what people ask first, each ready to run. A tab is named after its first operation.
 * Values stand in the text: GraphiQL gives the first tab its own empty variables.
 */

export interface Tab {
  readonly query: string;
}

/** What the tabs are about, where that is known: only of sandbox data, since one of them starts a backup. */
export interface GraphiqlExamples {
  /** Something that can be backed up, and whose log can be read. */
  readonly entityId: string;
  /** A backup with a log, and a place in it. */
  readonly logId: string;
  readonly logCursor: string | null;
  /** Where page one of the list ends. */
  readonly endCursor: string | null;
}

const whatFailed = (since: string): string => `# What failed last night, anywhere?
# "problems" names each system that could not answer.
query WhatFailedLastNight {
  backups(
    first: 25
    filter: {
      statuses: [FAILED, SUCCEEDED_WITH_WARNINGS]
      startedAfter: ${text(since)}
    }
  ) {
    nodes {
      name
      status
      startedAt
      errorMessage
      provider { name }
      entity { name }
    }
    pageInfo { hasNextPage endCursor }
    problems { provider { name } code message }
  }
}
`;

const startAndWatch = (entityId: string): string => `# Run StartAndWatch, then Watch, which tells what becomes
# of every backup until you stop it.
# entityId is the id of a protected entity:
# { protectedEntities { nodes { id name } } }
mutation StartAndWatch {
  startBackup(input: {
    entityId: ${text(entityId)}
  }) {
    operation { id status }
    backup { id status }
    message
    userErrors { code message retryable }
  }
}

subscription Watch {
  backupChanges {
    __typename
    ... on StreamEvent { cursor }
    ... on BackupStarted {
      backup { id status entity { name } }
    }
    ... on BackupUpdated {
      backup { id status progress { percent secondsRemaining } }
    }
    ... on BackupFinished {
      backup { id status errorMessage }
    }
    ... on StreamStalled {
      problem { provider { name } message }
    }
  }
}
`;

const resumeLog = (
  id: string,
  after: string | null,
): string => `# A log from where you stopped reading. Every event has a
# cursor: put the last one into "after" and run again.
# id is the id of a backup, of a system that has logs.
subscription ResumeALog {
  backupLog(
    id: ${text(id)}
    after: ${text(after)}
  ) {
    __typename
    ... on StreamEvent { cursor }
    ... on LogLinesAppended { lines { number level text } }
    ... on StreamGap { fromLine toLine reason }
    ... on BackupFinished { backup { status } }
  }
}
`;

const pageTwo = (after: string | null): string => `# Page two of one list over every system. "after" is
# pageInfo.endCursor of the page before; null is page one.
query MergedPageTwo {
  backups(
    first: 10
    after: ${text(after)}
  ) {
    nodes {
      name
      status
      startedAt
      provider { name }
      entity { name }
    }
    pageInfo { hasPreviousPage hasNextPage endCursor }
    problems { provider { name } code message }
  }
}
`;

/** Since when it was "last night": the day before began, UTC. Every night anywhere is within, however late it is asked. */
export const lastNight = (now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - 1)).toISOString();

export const toGraphiqlTabs = (subjects: GraphiqlExamples | null, since: string): Tab[] =>
  [
    whatFailed(since),
    startAndWatch(subjects?.entityId ?? ''),
    resumeLog(subjects?.logId ?? '', subjects?.logCursor ?? null),
    pageTwo(subjects?.endCursor ?? null),
  ].map((query) => ({ query }));

/** As GraphQL writes it. */
const text = (value: string | null): string => JSON.stringify(value);
