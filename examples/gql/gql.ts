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
    "\n  query LatestBackups($first: Int!, $after: String) {\n    backups(first: $first, after: $after) {\n      edges { node { id name status startedAt entity { id name } provider { name capabilities } } }\n      pageInfo { hasNextPage endCursor }\n      problems { provider { name } code message }\n    }\n  }\n": typeof types.LatestBackupsDocument,
    "\n  mutation StartBackup($entityId: ID!, $key: String!) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation { id status }\n      backup { id status }\n      userErrors { code message }\n    }\n  }\n": typeof types.StartBackupDocument,
    "\n  subscription FollowLog($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent { cursor }\n      ... on LogLinesAppended { lines { number raw text } }\n      ... on StreamGap { fromLine toLine reason }\n      ... on StreamStalled { problem { message } }\n      ... on BackupFinished { backup { id status } }\n    }\n  }\n": typeof types.FollowLogDocument,
};
const documents: Documents = {
    "\n  query LatestBackups($first: Int!, $after: String) {\n    backups(first: $first, after: $after) {\n      edges { node { id name status startedAt entity { id name } provider { name capabilities } } }\n      pageInfo { hasNextPage endCursor }\n      problems { provider { name } code message }\n    }\n  }\n": types.LatestBackupsDocument,
    "\n  mutation StartBackup($entityId: ID!, $key: String!) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation { id status }\n      backup { id status }\n      userErrors { code message }\n    }\n  }\n": types.StartBackupDocument,
    "\n  subscription FollowLog($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent { cursor }\n      ... on LogLinesAppended { lines { number raw text } }\n      ... on StreamGap { fromLine toLine reason }\n      ... on StreamStalled { problem { message } }\n      ... on BackupFinished { backup { id status } }\n    }\n  }\n": types.FollowLogDocument,
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
export function graphql(source: "\n  query LatestBackups($first: Int!, $after: String) {\n    backups(first: $first, after: $after) {\n      edges { node { id name status startedAt entity { id name } provider { name capabilities } } }\n      pageInfo { hasNextPage endCursor }\n      problems { provider { name } code message }\n    }\n  }\n"): (typeof documents)["\n  query LatestBackups($first: Int!, $after: String) {\n    backups(first: $first, after: $after) {\n      edges { node { id name status startedAt entity { id name } provider { name capabilities } } }\n      pageInfo { hasNextPage endCursor }\n      problems { provider { name } code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartBackup($entityId: ID!, $key: String!) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation { id status }\n      backup { id status }\n      userErrors { code message }\n    }\n  }\n"): (typeof documents)["\n  mutation StartBackup($entityId: ID!, $key: String!) {\n    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {\n      operation { id status }\n      backup { id status }\n      userErrors { code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FollowLog($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent { cursor }\n      ... on LogLinesAppended { lines { number raw text } }\n      ... on StreamGap { fromLine toLine reason }\n      ... on StreamStalled { problem { message } }\n      ... on BackupFinished { backup { id status } }\n    }\n  }\n"): (typeof documents)["\n  subscription FollowLog($id: ID!, $after: String) {\n    backupLog(id: $id, after: $after) {\n      __typename\n      ... on StreamEvent { cursor }\n      ... on LogLinesAppended { lines { number raw text } }\n      ... on StreamGap { fromLine toLine reason }\n      ... on StreamStalled { problem { message } }\n      ... on BackupFinished { backup { id status } }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;