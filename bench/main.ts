/** `npm run bench`: how the built gateway compares with a server that was made by hand for the same question. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { full, quick, type Scale, type Scenario } from './bench.ts';
import { endChildrenWithUs } from './children.ts';
import { profileGateway } from './profile.ts';
import { prepare, startUpstream } from './programs.ts';
import { print, type Report } from './report.ts';
import { coldStart } from './scenarios/cold-start.ts';
import { depth } from './scenarios/depth.ts';
import { firstPage } from './scenarios/first-page.ts';
import { memory } from './scenarios/memory.ts';
import { sockets } from './scenarios/sockets.ts';
import { wall } from './scenarios/wall.ts';

const scenarios: readonly Scenario[] = [firstPage, wall, coldStart, depth, memory, sockets];

const usage = `Usage: npm run bench -- [OPTIONS]

  --quick            Under a minute; rougher numbers.
  --scenario NAME    Only this one: ${scenarios.map(({ name }) => name).join(', ')}. May be given several times.
  --rounds N         How often each side is measured.
  --seconds S        How long one round of one side is.
  --clients N        How many ask at once where it is crowded; 50 unless given.
  --operations N     Operations of the memory scenario.
  --sockets N        Sockets of the scenario of that name.
  --json FILE        Also write the numbers to this file.
  --profile DIR      Instead, profile the gateway under the loads of first-page and wall: where its time goes.
  --help             This text.

Exit 0: measured; 1: a check failed, and there is nothing to compare.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      scenario: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      clients: { type: 'string' },
      operations: { type: 'string' },
      sockets: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return say(usage);
  const chosen = choose(values.scenario);
  const scale = toScale(values.quick ? quick : full, values);

  endChildrenWithUs();
  const folder = await mkdtemp(join(tmpdir(), 'backplane-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await using products = await startUpstream();
  const upstream = products.url;
  const { gateways, lists } = await prepare(folder, upstream);
  const machine = `Node ${process.version}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`;
  say(`${machine}, ${describeOthers()}; ${gateways.hasCache ? 'with' : 'without'} cacheSeconds\n`);
  if (values.profile !== undefined) {
    await mkdir(values.profile, { recursive: true });
    return say(await profileGateway(gateways, upstream, values.profile, scale));
  }
  const reports: Report[] = [];
  for (const scenario of chosen) {
    const report = await scenario.run({ upstream, gateways, lists, scale });
    reports.push(report);
    say(print(report));
  }
  if (values.json !== undefined) {
    await writeFile(
      values.json,
      `${JSON.stringify({ machine, hasCache: gateways.hasCache, scale, reports }, null, 2)}\n`,
    );
  }
}

/** Two programs that share a core with a third are slower by different parts; their CPU time says more then. */
function describeOthers(): string {
  const load = loadavg()[0] ?? 0;
  return `load ${load.toFixed(1)} before${load > 0.5 ? ' (a busy machine: compare CPU rather than times)' : ''}`;
}

function choose(names: readonly string[] | undefined): readonly Scenario[] {
  if (!names) return scenarios;
  const known = scenarios.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}", only ${known.join(', ')}.`);
  return scenarios.filter(({ name }) => names.includes(name));
}

/** What the command line says wins over the form that was chosen. */
function toScale(form: Scale, given: { readonly [Key in keyof Scale]?: string | undefined }): Scale {
  const read = (key: keyof Scale): number => {
    const value = Number(given[key] ?? form[key]);
    if (!(value > 0)) throw new Error(`--${key} is a number above 0.`);
    return value;
  };
  return {
    rounds: read('rounds'),
    seconds: read('seconds'),
    clients: read('clients'),
    coldStarts: form.coldStarts,
    operations: read('operations'),
    sockets: read('sockets'),
  };
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Also where a program of ours still runs: what is left is ended on the way out.
  process.exit(1);
});
