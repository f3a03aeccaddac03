/** Where the time of each gateway goes under load. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, systemsOf } from './bench.ts';
import { runLoad } from './load.ts';
import { createPlaces } from './profile/places.ts';
import { type CpuProfile, summarise } from './profile/summary.ts';
import type { LoadScenario } from './scenarios/loads.ts';
import type { Gateway } from './sides.ts';

/** Microseconds of the clock by which V8 profiles. */
const readClock = (): number => Number(process.hrtime.bigint() / 1000n);

/** Leaves a `.cpuprofile` for each scenario and gateway in the folder, and gives the tables as text. */
export async function profileGateways(
  bench: Bench,
  scenarios: readonly LoadScenario[],
  folder: string,
): Promise<string> {
  const texts: string[] = [];
  for (const scenario of scenarios) {
    for (const gateway of bench.gateways) texts.push(await profileOne(bench, scenario, gateway, folder));
  }
  return texts.join('\n');
}

async function profileOne(
  bench: Bench,
  { title, isAlone, cacheSeconds = 0, prepare }: LoadScenario,
  gateway: Gateway,
  folder: string,
): Promise<string> {
  const { rounds, seconds, warmUp, clients: crowd } = bench.scale;
  // One client: equal questions of one moment share their reads, which would hide what a read costs.
  const clients = isAlone && cacheSeconds === 0 ? 1 : crowd;
  const before = new Set(await readdir(folder));
  let from: number;
  let to: number;
  let operations: number;
  {
    const nodeFlags = ['--cpu-prof', '--cpu-prof-dir', folder];
    const systems = systemsOf(bench, 4);
    await using server = await gateway.start({ systems, cacheSeconds, nodeFlags, isProbed: true });
    const target = { server, upstream: bench.upstream };
    const bodies = await prepare(server);
    await runLoad(target, clients, bodies, { seconds, atLeast: warmUp });
    from = readClock();
    ({ operations } = await runLoad(target, clients, bodies, { seconds: rounds * seconds }));
    to = readClock();
  }
  const files = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile') && !before.has(name));
  const profiles = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile),
  );
  // A worker thread leaves a profile too; the main thread has the most to tell.
  const [profile] = profiles.sort((a, b) => b.nodes.length - a.nodes.length);
  if (!profile) throw new Error('the gateway left no profile');
  const who = clients === 1 ? '1 client' : `${clients} clients`;
  const summary = summarise(profile, { placeOf: createPlaces(gateway.checkout), from, to, operations });
  return `${title}; ${gateway.name}, ${who}: ${summary}`;
}
