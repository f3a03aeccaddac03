import { describe, expect, it } from 'vitest';
import { globalId } from '../support/gateway.ts';
import { firstEvent, list, start } from '../support/planted-bugs.ts';
import { openRaw } from '../support/raw-socket.ts';

const bug = (): never => {
  throw new TypeError('planted');
};

const failing = (): Promise<never> => Promise.reject(new TypeError('planted'));

interface Failed {
  readonly errors: readonly [{ readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }];
}

/** Checks what a client sees of it, and gives the id. */
function maskedId(errors: Failed['errors'] | undefined): string {
  expect(JSON.stringify(errors)).not.toContain('planted');
  expect(errors).toHaveLength(1);
  const { code, retryable, requestId } = errors?.[0].extensions ?? {};
  expect({ code, retryable }).toEqual({ code: 'INTERNAL', retryable: false });
  expect(requestId).toBeTypeOf('string');
  return String(requestId);
}

describe('a bug of the gateway', () => {
  it('has the request id of the client, or a generated one', async () => {
    await using gateway = await start(() => ({ listBackups: failing }));
    for (const given of ['of-the-client-1', 'not one word', '']) {
      const response = await gateway.post(list, { 'x-request-id': given });
      const { errors } = (await response.json()) as Failed;
      const requestId = maskedId(errors);
      expect(response.headers.get('x-request-id')).toBe(requestId);
      if (given === 'of-the-client-1') expect(requestId).toBe(given);
      else expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      gateway.causeOf(requestId);
    }
  });

  it('is masked without a network connection', async () => {
    await using gateway = await start(() => ({ listBackups: failing }));
    gateway.causeOf(maskedId((await gateway.askText(list)).errors as Failed['errors']));
  });

  it('in an event of an event stream has the id of the request that opened it', async () => {
    await using gateway = await start();
    breakField(gateway.app.schema, 'BorgBackup', 'name');
    const query = `subscription { backupProgress(id: "${gateway.run()}") { ... on BackupUpdated { backup { name } } } }`;
    const response = await gateway.post(query, { accept: 'text/event-stream' });
    const event = await firstEvent(response);
    const requestId = maskedId((event as unknown as Failed).errors);
    expect(response.headers.get('x-request-id')).toBe(requestId);
    gateway.causeOf(requestId);
  });

  it('that prevents the start of an event stream has the id of its request', async () => {
    await using gateway = await start(() => ({ getBackups: failing }));
    const query = `subscription { backupLog(id: "${gateway.run()}") { __typename } }`;
    const response = await gateway.post(query, { accept: 'text/event-stream' });
    const requestId = maskedId(((await firstEvent(response)) as unknown as Failed).errors);
    expect(response.headers.get('x-request-id')).toBe(requestId);
    gateway.causeOf(requestId);
  });

  it.each([
    ['a query', list],
    ['an event', 'subscription { backupLog(id: "$ID") { ... on LogLinesAppended { lines { text } } } }'],
    ['an event for many', 'subscription { backupProgress(id: "$ID") { ... on BackupUpdated { backup { name } } } }'],
    ['a start', 'subscription { backupProgress(id: "$ID") { __typename } }'],
  ])('in %s over a socket is masked, and the log has its cause', async (what, query) => {
    const isStart = what === 'a start';
    await using gateway = await start(() =>
      isStart ? { getBackups: failing } : what === 'a query' ? { listBackups: failing } : {},
    );
    breakField(gateway.app.schema, 'BorgBackup', 'name');
    breakField(gateway.app.schema, 'LogLine', 'text');
    await using raw = await openRaw(gateway.origin);
    raw.say({ id: 'a', type: 'subscribe', payload: { query: query.replace('$ID', gateway.run()) } });
    gateway.sandbox.clock.advance(5_000);
    let said = await raw.hear('a');
    while (JSON.stringify(said.payload).includes('{"backupLog":{}}')) said = await raw.hear('a');
    expect(said.type).toBe('next');
    // All lines of an event fail alike.
    const [first] = (said.payload as Failed).errors;
    const requestId = maskedId([first]);
    gateway.causeOf(requestId);
    // The id of its socket, with a number; what several may share has one of its own.
    expect(/\.1$/.test(requestId)).toBe(what !== 'an event for many' && what !== 'a start');
    expect(JSON.stringify(said)).not.toContain('planted');
  });

  it('before an operation of a socket starts has an id of its own', async () => {
    await using gateway = await start();
    Object.assign(gateway.app.schema.getType('DateTime') as object, { parseLiteral: bug });
    await using raw = await openRaw(gateway.origin);
    const query = '{ backups(first: 1, filter: { startedAfter: "2026-01-01T00:00:00Z" }) { nodes { id } } }';
    raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    const { type, payload } = await raw.hear('a');
    expect(type).toBe('error');
    gateway.causeOf(maskedId(payload as Failed['errors']));
  });

  it('in a poll has an id of its own, which watchers get with the problem', async () => {
    let calls = 0;
    await using gateway = await start((provider) => ({
      getBackups: (ids, signal) => (++calls > 1 ? failing() : provider.getBackups(ids, signal)),
    }));
    await using raw = await openRaw(gateway.origin);
    const query = `subscription { backupProgress(id: "${gateway.run()}") { ... on StreamStalled { problem { code message } } } }`;
    raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    await raw.hear('a');
    const { payload } = await raw.hear('a');
    expect(payload).toMatchObject({ data: { backupProgress: { problem: { code: 'INTERNAL' } } } });
    const text = JSON.stringify(payload);
    expect(text).not.toContain('planted');
    const [, requestId] = /under requestId ([0-9a-f-]{36})\./.exec(text) ?? [];
    gateway.causeOf(requestId);
  });

  it.each([
    ['serialise', '{ backups(first: 1) { nodes { startedAt } } }'],
    ['parseLiteral', '{ backups(first: 1, filter: { startedAfter: "2026-01-01T00:00:00Z" }) { nodes { id } } }'],
    [
      'parseValue',
      'query ($at: DateTime = "2026-01-01T00:00:00Z") { backups(first: 1, filter: { startedAfter: $at }) { nodes { id } } }',
    ],
  ])('in a scalar that cannot %s is masked', async (what, query) => {
    await using gateway = await start();
    const scalar = gateway.app.schema.getType('DateTime') as unknown as Record<string, unknown>;
    Object.assign(scalar, what === 'serialise' ? { serialize: bug } : { parseLiteral: bug, parseValue: bug });
    const response = await gateway.post(query);
    gateway.causeOf(maskedId(((await response.json()) as Failed).errors));
  });

  it('in the download of a log is a plain 500 with the id', async () => {
    await using gateway = await start(() => ({ getBackups: failing }));
    const response = await fetch(`${gateway.origin}/backups/${globalId('BorgBackup', 'files', '1')}/log`);
    const requestId = response.headers.get('x-request-id');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(`Something unexpected went wrong. The log has the cause under ${requestId}.\n`);
    gateway.causeOf(requestId);
  });

  it.each(['identity', 'gzip'])(
    'during the download of a log cuts the download and is logged: %s',
    async (encoding) => {
      let release: () => void = () => undefined;
      const isRead = new Promise<void>((resolve) => (release = resolve));
      await using gateway = await start(() => ({
        async downloadLog() {
          return (async function* () {
            yield Buffer.from('a line\n'.repeat(10_000));
            await isRead;
            bug();
          })();
        },
      }));
      const id = globalId(
        'BorgBackup',
        'files',
        String(gateway.sandbox.addFinished({ status: 'failed', lines: ['x'] })),
      );
      // What is compressed has no bytes to send yet, only its head.
      const response = await fetch(`${gateway.origin}/backups/${id}/log`, { headers: { 'accept-encoding': encoding } });
      const reader = response.body?.getReader();
      if (encoding === 'identity') await reader?.read();
      release();
      await expect(async () => {
        while (!(await reader?.read())?.done);
      }).rejects.toThrow();
      gateway.causeOf(response.headers.get('x-request-id'));
    },
  );
});

function breakField(schema: { getType(name: string): unknown }, type: string, field: string): void {
  const { getFields } = schema.getType(type) as { getFields(): Record<string, { resolve?: unknown }> };
  const found = getFields.call(schema.getType(type))[field];
  if (!found) throw new Error(`no field ${type}.${field}`);
  found.resolve = bug;
}
