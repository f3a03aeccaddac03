/** What clients ask, as bodies of requests, and what they get. */

export interface BackupNode {
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
  readonly status: string;
  readonly startedAt: string | null;
  readonly provider: { readonly name: string };
  readonly size: { readonly originalBytes: number | null };
}

export interface PageAnswer {
  readonly data: {
    readonly backups: {
      readonly nodes: readonly BackupNode[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly problems: readonly { readonly code: string }[];
    };
  };
}

export interface BackupAnswer {
  readonly data: { readonly backup: BackupNode | null };
}

export interface EntityNode {
  readonly id: string;
  readonly name: string;
  readonly provider: { readonly name: string };
  readonly latestBackup: { readonly id: string; readonly status: string; readonly startedAt: string | null } | null;
}

export interface EntitiesAnswer {
  readonly data: { readonly protectedEntities: { readonly nodes: readonly EntityNode[] } };
}

/** `entity` is left out: it would be a question of its own to the products. */
const fields = 'id externalId name status startedAt provider { name } size { originalBytes }';

const pageQuery = `query Page($first: Int, $after: String) {
  backups(first: $first, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } problems { code } }
}`;
const backupQuery = `query One($id: ID!) { backup(id: $id) { ${fields} } }`;
const entitiesQuery = `query Entities {
  protectedEntities(first: 50) { nodes { id name provider { name } latestBackup { id status startedAt } } }
}`;

/** Size of a first page, unless a scenario says otherwise. */
export const pageSize = 50;

export const page = (first: number = pageSize, after: string | null = null): string =>
  JSON.stringify({ query: pageQuery, variables: { first, after } });

export const oneBackup = (id: string): string => JSON.stringify({ query: backupQuery, variables: { id } });

export const entities = (): string => JSON.stringify({ query: entitiesQuery });
