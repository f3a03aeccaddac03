/**
 * What delivering costs at the least: a `ws` server that writes the same text to every socket once a second. A program
 * of its own; its one argument is the message, in which `@` becomes the number of the event.
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { announce } from './child-program.ts';

const message = process.argv[2] ?? '';
const http = createServer();
const server = new WebSocketServer({ server: http });

let count = 0;
const textOf = (): string => message.replaceAll('@', String(count).padStart(4, '0'));

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const isInit = String(data).includes('connection_init');
    socket.send(isInit ? '{"type":"connection_ack"}' : textOf());
  });
});
setInterval(() => {
  count++;
  const text = textOf();
  for (const socket of server.clients) socket.send(text);
}, 1000);

announce(http);
