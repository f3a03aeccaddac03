/** What can go wrong between us and a product, each as one fault for the proxy. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Exchange, endToEnd, type Fault } from './fault-proxy.ts';

const megabyte = 1_000_000;
const loginPage =
  '<!doctype html><html><head><title>Sign in</title></head><body><form method="post"></form></body></html>';

/** Refuses with a status, and says so in a way that no product has. */
export const answersStatus = (status: number, headers: OutgoingHttpHeaders = {}): Fault =>
  replaces(`answers ${status}`, status, 'application/json', JSON.stringify({ fault: `status ${status}` }), headers);

/** The error page of a proxy that stands before the product. */
export const answersErrorPage = (status: number): Fault =>
  replaces(`answers ${status} with an error page`, status, 'text/html', `<html><body><h1>${status}</h1></body></html>`);

/** A login page with 200: somebody's single sign-on stands before the product. */
export const answersLoginPage = (): Fault => replaces('answers with a login page', 200, 'text/html', loginPage);

export const answersNothing = (): Fault => replaces('answers 200 with an empty body', 200, 'application/json', '');

/** Half of the real answer, framed as if it were whole. */
export const truncatesJson = (): Fault =>
  changes('truncates the JSON', (body) => body.subarray(0, Math.floor(body.length / 2)));

/** The real answer with numbers where texts were, and texts where anything else was. */
export const confusesTypes = (): Fault =>
  changes('confuses the types', (body) => Buffer.from(JSON.stringify(confuse(JSON.parse(body.toString('utf8'))))));

/** The real answer without any field that holds one value: the objects and lists are there, and nothing is in them. */
export const dropsFields = (): Fault =>
  changes('leaves fields out', (body) => Buffer.from(JSON.stringify(drop(JSON.parse(body.toString('utf8'))))));

/** The real answer with a field in each object that no contract has. */
export const addsFields = (): Fault =>
  changes('adds fields', (body) => Buffer.from(JSON.stringify(add(JSON.parse(body.toString('utf8'))))));

/** The real answer of a server whose clock is so far off ours. */
export const datesBack = (ms: number): Fault => ({
  name: `says that it is ${ms / 60_000} minutes earlier`,
  async apply({ response, forward }) {
    const answer = await forward();
    const date = new Date(Date.now() - ms).toUTCString();
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), date });
    answer.pipe(response);
  },
});

/** The head and half of the real answer; then the connection ends. */
export const cutsBody = (): Fault => ({
  name: 'is cut in the middle of the body',
  async apply({ request, response, forward }) {
    const answer = await forward();
    const body = await readBody(answer);
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'content-length': body.length });
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
  },
});

/** The start of a JSON text that goes on for `megabytes`. `declared` says in the head how long it will be. */
export const floods = (framing: 'chunked' | 'declared', megabytes = 100): Fault => ({
  name: `answers with ${megabytes} MB (${framing})`,
  async apply({ request, response }) {
    request.resume();
    const length = framing === 'declared' ? { 'content-length': megabytes * megabyte } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...length });
    const part = Buffer.alloc(megabyte, 'x');
    const first = Buffer.from(part);
    first.write('{"flood":"');
    for (let sent = 0; sent < megabytes && !response.destroyed; sent++) {
      if (!response.write(sent === 0 ? first : part)) await drained(response);
    }
    response.end();
  },
});

/** The connection is reset, and the target never hears of the request. */
export const resetsBefore = (): Fault => ({
  name: 'is reset before the request is passed on',
  apply: ({ request }) => void request.socket.resetAndDestroy(),
});

/** The target does what it was asked; its answer is lost. */
export const resetsAfter = (): Fault => ({
  name: 'is reset after the target did it',
  async apply({ request, forward }) {
    await readBody(await forward());
    request.socket.resetAndDestroy();
  },
});

/** The request is read, and nothing ever comes back. `after`: the target did it all the same. */
export const hangs = (when: 'before' | 'after' = 'before'): Fault => ({
  name: when === 'before' ? 'never answers' : 'never answers, though the target did it',
  async apply({ request, forward }) {
    if (when === 'after') await readBody(await forward());
    else request.resume();
  },
});

/** The real answer, one byte at a time: no single wait is long, but all of them together are. */
export const dribbles = (everyMs = 50): Fault => ({
  name: 'sends a byte at a time',
  async apply({ response, forward }) {
    const answer = await forward();
    const body = await readBody(answer);
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'content-length': body.length });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(sent, sent + 1));
      sent += 1;
      if (sent >= body.length) response.end();
    }, everyMs);
    response.once('close', () => clearInterval(timer));
  },
});

/** The real answer, late. */
export const slowly = (ms: number): Fault => ({
  name: `answers after ${ms} ms`,
  async apply({ response, forward }) {
    const answer = await forward();
    const timer = setTimeout(
      () => response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers)) && answer.pipe(response),
      ms,
    );
    response.once('close', () => clearTimeout(timer));
  },
});

function replaces(name: string, status: number, type: string, body: string, headers: OutgoingHttpHeaders = {}): Fault {
  return {
    name,
    apply({ request, response }) {
      request.resume();
      response
        .writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
        .end(body);
    },
  };
}

/** The target's answer with another body, which is sent in chunks that end as they should. */
function changes(name: string, change: (body: Buffer) => Buffer): Fault {
  return {
    name,
    async apply({ response, forward }: Exchange) {
      const answer = await forward();
      const { 'content-length': _length, ...headers } = endToEnd(answer.headers);
      const body = change(await readBody(answer));
      response.writeHead(answer.statusCode ?? 502, headers);
      response.write(body);
      response.end();
    },
  };
}

function confuse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(confuse);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, confuse(field)]));
  }
  return typeof value === 'string' ? 17 : 'seventeen';
}

function drop(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(drop);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).filter(([, field]) => typeof field === 'object' && field !== null);
  return Object.fromEntries(inner.map(([key, field]) => [key, drop(field)]));
}

function add(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(add);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).map(([key, field]) => [key, add(field)]);
  return { ...Object.fromEntries(inner), fault: { unknown: ['to', 'everybody'] } };
}

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Until more may be written, or nobody is there to read it. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}
