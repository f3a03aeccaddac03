/** A gateway that stops while connections wait in the queue of the system. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { startGateway } from '../../support/gateway.ts';

it('answers what a proxy has sent on connections that it has not taken yet, and says that it closes them', async () => {
  await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 1 });
  const gateway = startGateway({ providers: [sandbox.config] });
  const { port } = new URL(await gateway.listen());
  const body = JSON.stringify({ query: '{ __typename }' });
  const head = `POST /graphql HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\n`;
  // The system connects them at once, and this thread does not take them before it stops.
  const answers = Array.from({ length: 20 }, async () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    const failed = once(socket, 'error').then(([error]) => String(error));
    return Promise.race([once(socket, 'close').then(() => answer), failed]);
  });
  await gateway[Symbol.asyncDispose]();
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toContain('"Query"');
  }
});
