/** GraphiQL from the package: the page loads nothing from the internet. */
import type { GraphiQLOptions } from 'graphql-yoga';

const welcome = `# Backplane: every backup system in one list.
query LatestBackups {
  backups(first: 10) {
    nodes {
      name
      status
      startedAt
      provider { name }
      entity { name }
      size { originalBytes }
    }
    pageInfo { hasNextPage endCursor }
    problems { provider { name } code message }
  }
}
`;

/** The page is 9 MB: it is only loaded when somebody opens it. */
const renderGraphiQL = async (options: GraphiQLOptions): Promise<string> => {
  const { renderGraphiQL: render } = await import('@graphql-yoga/render-graphiql');
  return render(options);
};

export const graphiql = {
  graphiql: { title: 'Backplane', defaultQuery: welcome, subscriptionsProtocol: 'WS' } satisfies GraphiQLOptions,
  renderGraphiQL,
};
