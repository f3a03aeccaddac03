/** What the tabs of GraphiQL are about while a product does not answer. */
import { expect, it } from 'vitest';
import { findGraphiqlExamples } from '../../src/transport/http/graphiql-examples.ts';

const capabilities = ['START_BACKUP', 'WATCH_PROGRESS', 'READ_LOG'];
const edges = ['1', '2', '3'].map((cursor) => ({ cursor }));
const ended = ['busy', 'free'].map((id) => ({ id: `backup of ${id}`, entity: { id }, log: { edges } }));

/** A gateway over one product, which does not answer `failures` times. */
function gatewayWith(failures: number) {
  let left = failures;
  const asked: string[][] = [];
  const answer = async (request: Request): Promise<Response> => {
    const { query, variables } = (await request.json()) as { query: string; variables: { providers?: string[] } };
    if (variables.providers) {
      asked.push(variables.providers);
      return Response.json({ data: { backups: { nodes: variables.providers.length > 0 ? ended : [] } } });
    }
    expect(query).toContain('unfinished');
    const isSilent = left-- > 0;
    const unfinished = isSilent
      ? { nodes: [], problems: [{ provider: { name: 'files' } }] }
      : { nodes: [{ entity: { id: 'busy' } }], problems: [] };
    const backups = { pageInfo: { endCursor: 'end' } };
    return Response.json({ data: { providers: [{ name: 'files', capabilities }], backups, unfinished } });
  };
  return { find: () => findGraphiqlExamples(answer, 'http://127.0.0.1/graphql'), asked };
}

it('an entity is named that its product is not busy with', async () => {
  expect(await gatewayWith(0).find()).toMatchObject({ entityId: 'free', logId: 'backup of free' });
});

it('a product that does not answer at first is asked again', async () => {
  expect(await gatewayWith(2).find()).toMatchObject({ entityId: 'free' });
});

it('nothing is named of a product that does not say what it is busy with', async () => {
  const gateway = gatewayWith(3);
  expect(await gateway.find()).toBeNull();
  expect(gateway.asked).toEqual([[]]);
});
