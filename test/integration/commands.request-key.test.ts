/** The header `Idempotency-Key`, for requests that a proxy repeats. */
import { describe, expect, it } from 'vitest';
import { globalId, startBorgGateway } from '../support/gateway.ts';
import { accounting, startsOf } from '../support/ledgers.ts';

const research = globalId('BorgRepository', 'files', '/backups/research');
const fields = '{ operation { id } userErrors { code field } }';
const start = (name: string, entityId: string, more = '') =>
  `${name}: startBackup(input: { entityId: "${entityId}" ${more} }) ${fields}`;

interface Answer {
  readonly data: Record<string, { operation: { id: string } | null; userErrors: { code: string }[] }>;
}

async function openGateway() {
  const gateway = await startBorgGateway({ manualLimit: 10 });
  const url = `${await gateway.listen()}/graphql`;
  return {
    sandbox: gateway.sandbox,
    async send(key: string, ...commands: string[]): Promise<Answer['data']> {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ query: `mutation { ${commands.join('\n')} }` }),
      });
      return ((await response.json()) as Answer).data;
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

describe('a request that is repeated with its Idempotency-Key', () => {
  it('sends each of its starts once', async () => {
    await using gateway = await openGateway();
    const commands = [start('one', accounting), start('two', research)];
    const first = await gateway.send('request 1', ...commands);
    const again = await gateway.send('request 1', ...commands);
    expect(again).toEqual(first);
    expect(startsOf(gateway.sandbox)).toBe(2);
    expect(first['one']?.operation?.id).not.toBe(first['two']?.operation?.id);
  });

  it('starts many of them once', async () => {
    await using gateway = await openGateway();
    const many = `startBackups(input: { entityIds: ["${accounting}", "${research}"] }) { results ${fields} }`;
    const first = await gateway.send('request 1', many);
    expect(await gateway.send('request 1', many)).toEqual(first);
    expect(startsOf(gateway.sandbox)).toBe(2);
  });

  it('is another command where a start has a key of its own, or the request has another one', async () => {
    await using gateway = await openGateway();
    const own = start('one', accounting, 'idempotencyKey: "own"');
    const first = await gateway.send('request 1', own);
    expect(await gateway.send('request 2', own)).toEqual(first);
    expect(startsOf(gateway.sandbox)).toBe(1);
    gateway.sandbox.clock.advance(3_600_000);
    await gateway.send('request 1', start('one', accounting));
    gateway.sandbox.clock.advance(3_600_000);
    await gateway.send('request 2', start('one', accounting));
    expect(startsOf(gateway.sandbox)).toBe(3);
  });

  it('is refused where it asks for something else', async () => {
    await using gateway = await openGateway();
    await gateway.send('request 1', start('one', accounting));
    const other = await gateway.send('request 1', start('one', research));
    expect(other['one']?.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(startsOf(gateway.sandbox)).toBe(1);
  });
});
