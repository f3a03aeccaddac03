/**
 * The newest backups, and one from its start to its end, with the client that you name:
 * `node examples/run.ts apollo [http://127.0.0.1:4000/graphql] [TOKEN]` (Node 22.18 or newer).
 */
import { makeExample as apollo } from './apollo/main.ts';
import type { LogEvent, MakeExample } from './example.ts';
import { makeExample as graphqlRequest } from './graphql-request/main.ts';
import { makeExample as graphqlSse } from './graphql-sse/main.ts';
import { makeExample as graphqlWs } from './graphql-ws/main.ts';

const clients: Record<string, MakeExample> = {
  'graphql-request': graphqlRequest,
  'graphql-ws': graphqlWs,
  'graphql-sse': graphqlSse,
  apollo,
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (event: LogEvent): void => {
  if (event.__typename === 'LogLinesAppended') for (const { text } of event.lines) say(`  ${text}`);
  if (event.__typename === 'StreamGap') say(`  (lines are missing: ${event.reason})`);
  if (event.__typename === 'StreamStalled') say(`  (waiting: ${event.problem.message})`);
  if (event.__typename === 'BackupFinished') say(`It ended as ${event.backup.status}.`);
};

const [, , name = '', url = 'http://127.0.0.1:4000/graphql', token] = process.argv;
const makeExample = clients[name];
if (!makeExample) {
  say(`Which client? node examples/run.ts ${Object.keys(clients).join('|')} [URL] [TOKEN]`);
  process.exit(2);
}
const example = makeExample(url, token);
try {
  const page = await example.latest(100);
  for (const { node } of page.edges)
    say(`${node.startedAt} ${node.provider.name} ${node.entity?.name}: ${node.status}`);
  for (const { provider, message } of page.problems) say(`${provider.name} is missing: ${message}`);
  // Something that has logs, and that no backup runs of: a product refuses a second one.
  const nodes = page.edges.map(({ node }) => node);
  const isOver = (status: string) => !['QUEUED', 'RUNNING', 'CANCELLING'].includes(status);
  const busy = new Set(nodes.filter(({ status }) => !isOver(status)).map(({ entity }) => entity?.id));
  const hasLog = ({ provider: { capabilities } }: (typeof nodes)[number]) =>
    ['READ_LOG', 'WATCH_PROGRESS'].every((one) => capabilities.some((has) => has === one));
  const loggable = nodes.find((node) => hasLog(node) && isOver(node.status) && !busy.has(node.entity?.id));
  if (!loggable?.entity) throw new Error('None of the newest backups is of a system that has logs.');
  const { backup, userErrors } = await example.start(loggable.entity.id, crypto.randomUUID());
  for (const { code, message } of userErrors) say(`Not started: ${code}: ${message}`);
  if (backup) say(`Started a backup of ${loggable.entity.name}: ${backup.status}.`);
  // A product that runs one backup at a time refuses a second one: follow the newest that runs instead.
  const followed = backup ?? nodes.find((node) => hasLog(node) && node.status === 'RUNNING') ?? loggable;
  if (!backup) say(`Following another backup, which is ${followed.status}.`);
  await example.follow?.(followed.id, tell);
} catch (error) {
  // A socket that was closed says why in its reason, a refused subscription in a list of errors.
  const [said] = [error].flat() as { message?: string; reason?: string }[];
  say(`It did not work: ${said?.reason || said?.message || String(error)}`);
  process.exitCode = 1;
} finally {
  await example.close();
}
