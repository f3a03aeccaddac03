/**
 * `npm run conformance`: the conformance suite against a server that somebody uses, before an adapter is trusted
 * with it. Plain JavaScript, so that it runs on every Node that we support.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `Usage: npm run conformance -- PRODUCT --url URL (--username NAME --password PASSWORD | --token TOKEN)
         [--entity ID] [--set FIELD=VALUE]...

  PRODUCT   as in a configuration file: borg
  --entity  really starts one backup of this entity, and stops it again where the product can;
            without it, everything is only read
  --set     another field of the product's configuration

npm repeats its arguments on the screen, and other users can list them. A secret is better kept in the environment,
as CONFORMANCE_PASSWORD or CONFORMANCE_TOKEN.`;

class UsageError extends Error {}

/** @param {string} text */
const say = (text) => void process.stdout.write(`${text}\n`);

const options = /** @type {const} */ ({
  url: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  token: { type: 'string' },
  entity: { type: 'string' },
  set: { type: 'string', multiple: true },
  help: { type: 'boolean' },
});

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {ReturnType<typeof parse>} given */
function toServer({ values, positionals: [kind, ...others] }) {
  if (kind === undefined) throw new UsageError('Which product?');
  if (others.length > 0) throw new UsageError('One product at a time, and every other word after a flag.');
  if (!/^[a-z0-9-]+$/.test(kind) || !existsSync(join(root, 'providers', kind, 'index.ts'))) {
    throw new UsageError(`There is no product ${JSON.stringify(kind)}.`);
  }
  const { entity = null, set = [], username, url } = values;
  const password = values.password ?? process.env['CONFORMANCE_PASSWORD'];
  const token = values.token ?? process.env['CONFORMANCE_TOKEN'];
  const known = { url: toUrl(url), username, password, token };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { kind, entity, config: { name: kind, kind, ...Object.fromEntries([...given, ...set.map(toField)]) } };
}

/** @param {string | undefined} text */
function toUrl(text) {
  if (text === undefined) throw new UsageError('--url is missing.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError('--url must be an http or https address.');
  if (url.username || url.password)
    throw new UsageError('--url must hold no credentials: they are flags of their own.');
  return text;
}

/** @param {string} text @returns {[string, string]} */
function toField(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError('--set must be followed by FIELD=VALUE.');
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * By environment, since the arguments of a process are there for all to see.
 * @param {ReturnType<typeof toServer>} server @param {string} reportFile @returns {Promise<number>}
 */
function runSuite(server, reportFile) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile}`];
  const env = { ...process.env, BACKPLANE_CONFORMANCE: JSON.stringify(server) };
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** @typedef {{ title: string, ancestorTitles: string[], status: string }} Result */

/** @param {string} reportFile @returns {Result[]} */
function readResults(reportFile) {
  if (!existsSync(reportFile)) return [];
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  return report.testResults.flatMap((/** @type {{ assertionResults: Result[] }} */ file) => file.assertionResults);
}

/** Few are named one by one; of many, only what they were about. @param {Result[]} results */
function printSkipped(results) {
  const skipped = results.filter(({ status }) => status !== 'passed' && status !== 'failed');
  for (const [reason, tests] of groupBy(skipped, reasonOf)) {
    say(`\nNot checked, since ${reason} (${tests.length}):`);
    const topics = new Set(tests.map(({ ancestorTitles }) => ancestorTitles.at(-1) ?? ''));
    const lines =
      tests.length > 12 ? topics : tests.map(({ ancestorTitles, title }) => `${ancestorTitles.at(-1)} ${title}`);
    for (const line of lines) say(`  - ${line.replace(/ \([^()]*\)$/, '')}`);
  }
}

/** @param {Result} result */
const reasonOf = ({ title }) => / \(([^()]*)\)$/.exec(title)?.[1] ?? 'it did not run';

/** @template T @param {T[]} items @param {(item: T) => string} keyOf @returns {Map<string, T[]>} */
function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

async function main() {
  const given = parse(process.argv.slice(2));
  if (given.values.help) {
    say(usage);
    return 0;
  }
  const server = toServer(given);
  say(
    server.entity === null
      ? `Reads from ${server.config['url']}. Nothing is started there: no --entity was given.`
      : `Reads from ${server.config['url']}, and REALLY STARTS one backup of ${server.entity} there.`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const code = await runSuite(server, join(folder, 'report.json'));
    const results = readResults(join(folder, 'report.json'));
    printSkipped(results);
    const count = (/** @type {string} */ status) => results.filter((result) => result.status === status).length;
    const [passed, failed] = [count('passed'), count('failed')];
    say(`\n${passed} passed, ${failed} failed, ${results.length - passed - failed} not checked.`);
    return code === 0 && passed > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
  process.exitCode = 2;
}
