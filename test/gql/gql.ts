/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {\n    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {\n      edges {\n        cursor\n        node {\n          id\n          externalId\n          status\n          sortedAt\n        }\n      }\n      nodes {\n        id\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      problems {\n        code\n      }\n    }\n  }\n": typeof types.BackupPageDocument,
    "\n  query BackupsWithRelations($first: Int) {\n    backups(first: $first) {\n      nodes {\n        id\n        provider {\n          name\n          health {\n            status\n          }\n        }\n        entity {\n          id\n          name\n          externalId\n        }\n      }\n    }\n  }\n": typeof types.BackupsWithRelationsDocument,
    "\n  query CountedBackups($filter: BackupFilter) {\n    backups(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n": typeof types.CountedBackupsDocument,
    "\n  query BackupDetails($id: ID!) {\n    backup(id: $id) {\n      __typename\n      id\n      externalId\n      name\n      type\n      status\n      upstreamStatus\n      trigger\n      startedAt\n      endedAt\n      durationSeconds\n      itemCount\n      isRemoved\n      errorMessage\n      allowedActions\n      size {\n        originalBytes\n        compressedBytes\n        deduplicatedBytes\n        storedBytes\n      }\n      ... on BorgBackup {\n        jobId\n        repository\n      }\n    }\n  }\n": typeof types.BackupDetailsDocument,
    "\n  query SomeNodes($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n    }\n  }\n": typeof types.SomeNodesDocument,
    "\n  mutation Start($input: StartBackupInput!) {\n    startBackup(input: $input) {\n      backup {\n        id\n        status\n        entity {\n          externalId\n        }\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n        retryable\n      }\n    }\n  }\n": typeof types.StartDocument,
    "\n  mutation Create($input: CreateBackupInput!) {\n    createBackup(input: $input) {\n      backup {\n        id\n        status\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": typeof types.CreateDocument,
    "\n  mutation Cancel($input: CancelBackupInput!) {\n    cancelBackup(input: $input) {\n      backup {\n        id\n        status\n        errorMessage\n        allowedActions\n      }\n      processTerminated\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.CancelDocument,
    "\n  query Status($id: ID!) {\n    backup(id: $id) {\n      status\n      allowedActions\n      progress {\n        percent\n      }\n    }\n  }\n": typeof types.StatusDocument,
    "\n  mutation StartOnce($entityId: ID!, $key: String) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation {\n        id\n        status\n        kind\n      }\n      backup {\n        id\n      }\n      message\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": typeof types.StartOnceDocument,
    "\n  query OperationOutcome($id: ID!) {\n    operation(id: $id) {\n      __typename\n      id\n      status\n      requestedAt\n      resolvedAt\n      provider {\n        name\n      }\n      entity {\n        externalId\n      }\n      backup {\n        id\n      }\n      candidates {\n        externalId\n      }\n      error {\n        code\n      }\n    }\n    node(id: $id) {\n      id\n    }\n  }\n": typeof types.OperationOutcomeDocument,
    "\n  subscription Progress($id: ID!) {\n    backupProgress(id: $id) {\n      __typename\n      ... on BackupUpdated {\n        backup {\n          status\n          progress {\n            percent\n            currentItem\n          }\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n          size {\n            originalBytes\n          }\n        }\n      }\n      ... on StreamStalled {\n        problem {\n          code\n          provider {\n            name\n          }\n        }\n      }\n    }\n  }\n": typeof types.ProgressDocument,
    "\n  subscription Log($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent {\n        cursor\n      }\n      ... on LogLinesAppended {\n        lines {\n          number\n          text\n          raw\n          at\n          level\n        }\n      }\n      ... on StreamGap {\n        fromLine\n        toLine\n        reason\n      }\n      ... on StreamStalled {\n        problem {\n          code\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n        }\n      }\n    }\n  }\n": typeof types.LogDocument,
    "\n  query LogPage($id: ID!, $first: Int, $after: String) {\n    backup(id: $id) {\n      log(first: $first, after: $after) {\n        nodes {\n          number\n          raw\n        }\n        isComplete\n        gaps {\n          afterCursor\n          reason\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": typeof types.LogPageDocument,
};
const documents: Documents = {
    "\n  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {\n    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {\n      edges {\n        cursor\n        node {\n          id\n          externalId\n          status\n          sortedAt\n        }\n      }\n      nodes {\n        id\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      problems {\n        code\n      }\n    }\n  }\n": types.BackupPageDocument,
    "\n  query BackupsWithRelations($first: Int) {\n    backups(first: $first) {\n      nodes {\n        id\n        provider {\n          name\n          health {\n            status\n          }\n        }\n        entity {\n          id\n          name\n          externalId\n        }\n      }\n    }\n  }\n": types.BackupsWithRelationsDocument,
    "\n  query CountedBackups($filter: BackupFilter) {\n    backups(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n": types.CountedBackupsDocument,
    "\n  query BackupDetails($id: ID!) {\n    backup(id: $id) {\n      __typename\n      id\n      externalId\n      name\n      type\n      status\n      upstreamStatus\n      trigger\n      startedAt\n      endedAt\n      durationSeconds\n      itemCount\n      isRemoved\n      errorMessage\n      allowedActions\n      size {\n        originalBytes\n        compressedBytes\n        deduplicatedBytes\n        storedBytes\n      }\n      ... on BorgBackup {\n        jobId\n        repository\n      }\n    }\n  }\n": types.BackupDetailsDocument,
    "\n  query SomeNodes($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n    }\n  }\n": types.SomeNodesDocument,
    "\n  mutation Start($input: StartBackupInput!) {\n    startBackup(input: $input) {\n      backup {\n        id\n        status\n        entity {\n          externalId\n        }\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n        retryable\n      }\n    }\n  }\n": types.StartDocument,
    "\n  mutation Create($input: CreateBackupInput!) {\n    createBackup(input: $input) {\n      backup {\n        id\n        status\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": types.CreateDocument,
    "\n  mutation Cancel($input: CancelBackupInput!) {\n    cancelBackup(input: $input) {\n      backup {\n        id\n        status\n        errorMessage\n        allowedActions\n      }\n      processTerminated\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.CancelDocument,
    "\n  query Status($id: ID!) {\n    backup(id: $id) {\n      status\n      allowedActions\n      progress {\n        percent\n      }\n    }\n  }\n": types.StatusDocument,
    "\n  mutation StartOnce($entityId: ID!, $key: String) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation {\n        id\n        status\n        kind\n      }\n      backup {\n        id\n      }\n      message\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": types.StartOnceDocument,
    "\n  query OperationOutcome($id: ID!) {\n    operation(id: $id) {\n      __typename\n      id\n      status\n      requestedAt\n      resolvedAt\n      provider {\n        name\n      }\n      entity {\n        externalId\n      }\n      backup {\n        id\n      }\n      candidates {\n        externalId\n      }\n      error {\n        code\n      }\n    }\n    node(id: $id) {\n      id\n    }\n  }\n": types.OperationOutcomeDocument,
    "\n  subscription Progress($id: ID!) {\n    backupProgress(id: $id) {\n      __typename\n      ... on BackupUpdated {\n        backup {\n          status\n          progress {\n            percent\n            currentItem\n          }\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n          size {\n            originalBytes\n          }\n        }\n      }\n      ... on StreamStalled {\n        problem {\n          code\n          provider {\n            name\n          }\n        }\n      }\n    }\n  }\n": types.ProgressDocument,
    "\n  subscription Log($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent {\n        cursor\n      }\n      ... on LogLinesAppended {\n        lines {\n          number\n          text\n          raw\n          at\n          level\n        }\n      }\n      ... on StreamGap {\n        fromLine\n        toLine\n        reason\n      }\n      ... on StreamStalled {\n        problem {\n          code\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n        }\n      }\n    }\n  }\n": types.LogDocument,
    "\n  query LogPage($id: ID!, $first: Int, $after: String) {\n    backup(id: $id) {\n      log(first: $first, after: $after) {\n        nodes {\n          number\n          raw\n        }\n        isComplete\n        gaps {\n          afterCursor\n          reason\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": types.LogPageDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {\n    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {\n      edges {\n        cursor\n        node {\n          id\n          externalId\n          status\n          sortedAt\n        }\n      }\n      nodes {\n        id\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      problems {\n        code\n      }\n    }\n  }\n"): (typeof documents)["\n  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {\n    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {\n      edges {\n        cursor\n        node {\n          id\n          externalId\n          status\n          sortedAt\n        }\n      }\n      nodes {\n        id\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n      problems {\n        code\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BackupsWithRelations($first: Int) {\n    backups(first: $first) {\n      nodes {\n        id\n        provider {\n          name\n          health {\n            status\n          }\n        }\n        entity {\n          id\n          name\n          externalId\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query BackupsWithRelations($first: Int) {\n    backups(first: $first) {\n      nodes {\n        id\n        provider {\n          name\n          health {\n            status\n          }\n        }\n        entity {\n          id\n          name\n          externalId\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CountedBackups($filter: BackupFilter) {\n    backups(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query CountedBackups($filter: BackupFilter) {\n    backups(first: 1, filter: $filter) {\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BackupDetails($id: ID!) {\n    backup(id: $id) {\n      __typename\n      id\n      externalId\n      name\n      type\n      status\n      upstreamStatus\n      trigger\n      startedAt\n      endedAt\n      durationSeconds\n      itemCount\n      isRemoved\n      errorMessage\n      allowedActions\n      size {\n        originalBytes\n        compressedBytes\n        deduplicatedBytes\n        storedBytes\n      }\n      ... on BorgBackup {\n        jobId\n        repository\n      }\n    }\n  }\n"): (typeof documents)["\n  query BackupDetails($id: ID!) {\n    backup(id: $id) {\n      __typename\n      id\n      externalId\n      name\n      type\n      status\n      upstreamStatus\n      trigger\n      startedAt\n      endedAt\n      durationSeconds\n      itemCount\n      isRemoved\n      errorMessage\n      allowedActions\n      size {\n        originalBytes\n        compressedBytes\n        deduplicatedBytes\n        storedBytes\n      }\n      ... on BorgBackup {\n        jobId\n        repository\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SomeNodes($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n    }\n  }\n"): (typeof documents)["\n  query SomeNodes($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      __typename\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Start($input: StartBackupInput!) {\n    startBackup(input: $input) {\n      backup {\n        id\n        status\n        entity {\n          externalId\n        }\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n        retryable\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Start($input: StartBackupInput!) {\n    startBackup(input: $input) {\n      backup {\n        id\n        status\n        entity {\n          externalId\n        }\n      }\n      message\n      userErrors {\n        code\n        message\n        field\n        retryable\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Create($input: CreateBackupInput!) {\n    createBackup(input: $input) {\n      backup {\n        id\n        status\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Create($input: CreateBackupInput!) {\n    createBackup(input: $input) {\n      backup {\n        id\n        status\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Cancel($input: CancelBackupInput!) {\n    cancelBackup(input: $input) {\n      backup {\n        id\n        status\n        errorMessage\n        allowedActions\n      }\n      processTerminated\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Cancel($input: CancelBackupInput!) {\n    cancelBackup(input: $input) {\n      backup {\n        id\n        status\n        errorMessage\n        allowedActions\n      }\n      processTerminated\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Status($id: ID!) {\n    backup(id: $id) {\n      status\n      allowedActions\n      progress {\n        percent\n      }\n    }\n  }\n"): (typeof documents)["\n  query Status($id: ID!) {\n    backup(id: $id) {\n      status\n      allowedActions\n      progress {\n        percent\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartOnce($entityId: ID!, $key: String) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation {\n        id\n        status\n        kind\n      }\n      backup {\n        id\n      }\n      message\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation StartOnce($entityId: ID!, $key: String) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation {\n        id\n        status\n        kind\n      }\n      backup {\n        id\n      }\n      message\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OperationOutcome($id: ID!) {\n    operation(id: $id) {\n      __typename\n      id\n      status\n      requestedAt\n      resolvedAt\n      provider {\n        name\n      }\n      entity {\n        externalId\n      }\n      backup {\n        id\n      }\n      candidates {\n        externalId\n      }\n      error {\n        code\n      }\n    }\n    node(id: $id) {\n      id\n    }\n  }\n"): (typeof documents)["\n  query OperationOutcome($id: ID!) {\n    operation(id: $id) {\n      __typename\n      id\n      status\n      requestedAt\n      resolvedAt\n      provider {\n        name\n      }\n      entity {\n        externalId\n      }\n      backup {\n        id\n      }\n      candidates {\n        externalId\n      }\n      error {\n        code\n      }\n    }\n    node(id: $id) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Progress($id: ID!) {\n    backupProgress(id: $id) {\n      __typename\n      ... on BackupUpdated {\n        backup {\n          status\n          progress {\n            percent\n            currentItem\n          }\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n          size {\n            originalBytes\n          }\n        }\n      }\n      ... on StreamStalled {\n        problem {\n          code\n          provider {\n            name\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Progress($id: ID!) {\n    backupProgress(id: $id) {\n      __typename\n      ... on BackupUpdated {\n        backup {\n          status\n          progress {\n            percent\n            currentItem\n          }\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n          size {\n            originalBytes\n          }\n        }\n      }\n      ... on StreamStalled {\n        problem {\n          code\n          provider {\n            name\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Log($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent {\n        cursor\n      }\n      ... on LogLinesAppended {\n        lines {\n          number\n          text\n          raw\n          at\n          level\n        }\n      }\n      ... on StreamGap {\n        fromLine\n        toLine\n        reason\n      }\n      ... on StreamStalled {\n        problem {\n          code\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Log($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent {\n        cursor\n      }\n      ... on LogLinesAppended {\n        lines {\n          number\n          text\n          raw\n          at\n          level\n        }\n      }\n      ... on StreamGap {\n        fromLine\n        toLine\n        reason\n      }\n      ... on StreamStalled {\n        problem {\n          code\n        }\n      }\n      ... on BackupFinished {\n        backup {\n          status\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LogPage($id: ID!, $first: Int, $after: String) {\n    backup(id: $id) {\n      log(first: $first, after: $after) {\n        nodes {\n          number\n          raw\n        }\n        isComplete\n        gaps {\n          afterCursor\n          reason\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query LogPage($id: ID!, $first: Int, $after: String) {\n    backup(id: $id) {\n      log(first: $first, after: $after) {\n        nodes {\n          number\n          raw\n        }\n        isComplete\n        gaps {\n          afterCursor\n          reason\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;