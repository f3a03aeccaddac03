/**
 * The products, as fast as they can be pretended: an answer is made once for each URL and then served from memory, so
 * that what is measured is the server that asks. A program of its own: it prints the address of its control, and serves
 * each system on a port of its own.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from './child-program.ts';
import { type Control, systemsPath, takePath, tracesPath } from './control.ts';
import { borg } from './products/borg.ts';
import { flosum } from './products/flosum.ts';
import { labii } from './products/labii.ts';
import { type Answer, notFound, type Product } from './products/product.ts';
import { vprotect } from './products/vprotect.ts';
import { all, type Kind, type Served, type System } from './systems.ts';

const products: Readonly<Record<Kind, Product>> = { flosum, labii, vprotect, borg };

/** A walk through a deep list asks a new URL each time. */
const maxAnswers = 2_000;
/** Calls that are remembered between two looks of the driver. */
const maxCalls = 300;
/** A client that has nothing to ask while another one is measured comes back later. */
const keepAliveTimeout = 600_000;

const answers = new Map<string, Answer>();
let control = noCalls();

function noCalls() {
  return { lists: 0, others: 0, rows: 0, calls: [] as string[] };
}

function answerOf(system: System, method: string, url: string): Answer {
  const key = `${system.name} ${method} ${url}`;
  let answer = answers.get(key);
  if (!answer) {
    const { pathname, searchParams } = new URL(url, 'http://upstream');
    answer = products[system.kind](system, { call: `${method} ${pathname}`, query: searchParams }) ?? notFound;
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(key, answer);
  }
  if (answer.rows === null) control.others++;
  else {
    control.lists++;
    control.rows += answer.rows;
  }
  if (control.calls.length < maxCalls) control.calls.push(key);
  return answer;
}

function serve(system: System): Server {
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const { status, body, headers } = answerOf(system, request.method ?? 'GET', request.url ?? '/');
    const fixed = ['content-type', 'application/json', 'content-length', String(body.length)];
    response.writeHead(status, [...fixed, ...headers]).end(body);
  };
  return createServer({ keepAliveTimeout }, respond).listen(0, '127.0.0.1', 4096);
}

async function serveAll(): Promise<Served[]> {
  return Promise.all(
    all.map(async (system) => {
      const server = serve(system);
      await once(server, 'listening');
      return { ...system, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    }),
  );
}

function takeControl(): Control {
  const taken = control;
  control = noCalls();
  return taken;
}

const served = await serveAll();
announce(
  createServer({ keepAliveTimeout }, (request, response) => {
    const { url } = request;
    request.resume();
    const body = url === systemsPath ? served : url === takePath ? takeControl() : url === tracesPath ? {} : null;
    response.writeHead(body ? 200 : 404).end(JSON.stringify(body));
  }),
);
