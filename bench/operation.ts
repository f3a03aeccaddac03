/** What a dashboard asks. `entity` is left out: it would be a question of its own to the products. */

export interface DashboardNode {
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
  readonly type: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly provider: { readonly name: string };
  readonly size: { readonly originalBytes: number | null };
}

export interface DashboardAnswer {
  readonly data: {
    readonly backups: {
      readonly nodes: readonly DashboardNode[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly problems: readonly { readonly code: string }[];
    };
  };
}

export const pageSize = 50;

const query = `query Dashboard($after: String) {
  backups(first: ${pageSize}, after: $after) {
    nodes {
      id
      externalId
      name
      type
      status
      startedAt
      endedAt
      durationSeconds
      provider { name }
      size { originalBytes }
    }
    pageInfo { hasNextPage endCursor }
    problems { code }
  }
}`;

/** The body of a request for one page. */
export const operation = (after: string | null = null): string => JSON.stringify({ query, variables: { after } });
