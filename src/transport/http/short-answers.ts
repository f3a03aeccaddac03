import type { ServerResponse } from 'node:http';

export const answerText = (response: ServerResponse, status: number, text: string): void =>
  answerWith(response, status, 'text/plain; charset=utf-8', `${text}\n`);

export const answerJson = (response: ServerResponse, status: number, value: object): void =>
  answerWith(response, status, 'application/json', `${JSON.stringify(value)}\n`);

function answerWith(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }).end(body);
}
