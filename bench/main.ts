/** `npm run bench`: how the built gateway compares with a server that was made by hand for the same questions. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Bench, Scenario } from './bench.ts';
import { endChildrenWithUs, startChild } from './children.ts';
import { connectUpstream } from './control.ts';
import { describeMachine, describeOthers } from './machine.ts';
import { type Options, parseOptions, usageOf } from './options.ts';
import { profileGateways } from './profile.ts';
import { print, type Report } from './report.ts';
import { background } from './scenarios/background.ts';
import { coldStart } from './scenarios/cold-start.ts';
import { dashboard } from './scenarios/dashboard.ts';
import { depth } from './scenarios/depth.ts';
import { history } from './scenarios/history.ts';
import { loads, toScenario } from './scenarios/loads.ts';
import { manySystems } from './scenarios/many-systems.ts';
import { memory } from './scenarios/memory.ts';
import { observability } from './scenarios/observability.ts';
import { replicas } from './scenarios/replicas.ts';
import { sockets } from './scenarios/sockets.ts';
import { floor, gatewayOf, programOf } from './sides.ts';

const scenarios: readonly Scenario[] = [
  ...loads.map(toScenario),
  manySystems,
  coldStart,
  memory,
  depth,
  background,
  sockets,
  observability,
  history,
  replicas,
  dashboard,
];
/** Profiled unless others are chosen. */
const profiled = ['first-page', 'different-pages', 'wall'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.isHelp) return say(usageOf(scenarios.map(({ name }) => name)));
  const chosen = choose(options.scenarios);
  for (const scenario of chosen) scenario.assertPossible?.();

  endChildrenWithUs();
  const folder = await mkdtemp(join(tmpdir(), 'backplane-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const own = gatewayOf(folder);
  const gateways = options.against === null ? [own] : [gatewayOf(folder, resolve(options.against)), own];
  await using products = await startChild([programOf('upstream')]);
  const upstream = await connectUpstream(products.url);
  const bench: Bench = {
    upstream,
    gateways,
    sides: [floor, ...gateways],
    scale: options.scale,
    postgres: options.postgres,
  };

  say(describeMachine());
  // Awaited, or the products would end first.
  if (options.profile === null) return await measureAll(bench, chosen, options);
  await mkdir(options.profile, { recursive: true });
  const names = options.scenarios ?? profiled;
  const profiles = loads.filter(({ name }) => names.includes(name));
  say(await profileGateways(bench, profiles, options.profile));
}

async function measureAll(bench: Bench, chosen: readonly Scenario[], { json, scale }: Options): Promise<void> {
  const reports: Report[] = [];
  for (const scenario of chosen) {
    const before = await describeOthers();
    const found = await scenario.run(bench);
    const report = { ...found, notes: [...found.notes, `Before: ${before}.`] };
    reports.push(report);
    say(print(report));
  }
  if (json !== null) {
    await writeFile(json, `${JSON.stringify({ machine: describeMachine(), scale, reports }, null, 2)}\n`);
  }
}

function choose(names: readonly string[] | null): readonly Scenario[] {
  if (!names) return scenarios;
  const known = scenarios.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}", only ${known.join(', ')}.`);
  return scenarios.filter(({ name }) => names.includes(name));
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Also where a program of ours still runs: what is left is ended on the way out.
  process.exit(1);
});
