/**
 * The products, as fast as they can be pretended: answers are made once for each URL and then served from memory, so
 * that what is measured is the server that asks. A program of its own; it prints its port, and ends with its parent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { announce } from './child-program.ts';
import { type Control, takePath } from './control.ts';
import { type BorgEstate, credentials, dashboard, deep, type Estate, type FlosumEstate } from './estate.ts';
import { borgRow, flosumRow, indexRange } from './rows.ts';

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly isList: boolean;
}

/** A walk through a deep list asks a new URL each time. */
const maxAnswers = 500;
/** Paths that are remembered between two looks of the driver. */
const maxPaths = 100;

const answers = new Map<string, Answer>();
const estates = new Map<string, Estate>([...dashboard, deep].map((estate) => [estate.name, estate]));
let control = noCalls();

function noCalls() {
  return { lists: 0, others: 0, paths: [] as string[] };
}

const json = (body: unknown, isList = false, status = 200): Answer => ({
  status,
  body: Buffer.from(JSON.stringify(body)),
  isList,
});
const notFound = json({ message: 'Not Found', detail: 'Not Found' }, false, 404);

function compute(method: string, url: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://upstream');
  const [, name = '', ...rest] = pathname.split('/');
  const estate = estates.get(name);
  if (!estate) return notFound;
  const path = `${method} /${rest.join('/')}`;
  return estate.kind === 'flosum' ? answerFlosum(estate, path, searchParams) : answerBorg(estate, path, searchParams);
}

function answerFlosum({ connections }: FlosumEstate, path: string, query: URLSearchParams): Answer {
  if (path === 'GET /api/v1/connections') {
    const items = [...connections.keys()].map((id) => ({ id, name: `Org ${id}`, salesforceOrgType: 'PRODUCTION' }));
    return json({ total: items.length, items });
  }
  const connectionId = Number(/^GET \/api\/v1\/connections\/(\d+)\/backups$/.exec(path)?.[1]);
  const history = connections.get(connectionId);
  if (!history) return notFound;
  const bound = (key: string, otherwise: number) => {
    const text = query.get(key);
    return text === null ? otherwise : Date.parse(text);
  };
  const { first, last } = indexRange(history, bound('startedDate', -Infinity), bound('endDate', Infinity));
  const limit = Number(query.get('limit'));
  const skipped = (Number(query.get('page')) - 1) * limit;
  const total = Math.max(0, last - first + 1);
  const items = [];
  // Ids rise with time, so that both columns that it can sort by give one order.
  for (let place = skipped; place < Math.min(total, skipped + limit); place++) {
    const index = query.get('order') === 'ASC' ? last - place : first + place;
    items.push(flosumRow(history, connectionId, index));
  }
  return json({ total, items }, true);
}

function answerBorg({ history }: BorgEstate, path: string, query: URLSearchParams): Answer {
  switch (path) {
    case 'POST /api/auth/login':
      return json({ access_token: credentials.token, token_type: 'bearer' });
    case 'GET /api/auth/me':
      return json({ id: 1, username: credentials.username, role: 'admin' });
    case 'GET /api/repositories/':
      return json({
        repositories: [0, 1, 2, 3, 4].map((id) => ({ path: `/data/repository-${id}`, name: `Files ${id}` })),
      });
    case 'GET /api/backup/jobs': {
      const count = Math.min(Number(query.get('limit') ?? 50), history.rows);
      return json({ jobs: Array.from({ length: count }, (_, index) => borgRow(history, index)) }, true);
    }
    default:
      return notFound;
  }
}

function answerOf(method: string, url: string): Answer {
  const key = `${method} ${url}`;
  const known = answers.get(key);
  if (known) return known;
  const answer = compute(method, url);
  if (answers.size >= maxAnswers) answers.clear();
  answers.set(key, answer);
  return answer;
}

function takeControl(): Control {
  const taken = control;
  control = noCalls();
  return taken;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url = '/' } = request;
  if (url === takePath) {
    response.end(JSON.stringify(takeControl()));
    return;
  }
  const { status, body, isList } = answerOf(method, url);
  if (isList) {
    control.lists++;
    if (control.paths.length < maxPaths) control.paths.push(url);
  } else {
    control.others++;
  }
  response.writeHead(status, ['content-type', 'application/json', 'content-length', String(body.length)]);
  response.end(body);
}

// A client that has nothing to ask while another one is measured comes back later.
announce(createServer({ keepAliveTimeout: 600_000 }, answer));
