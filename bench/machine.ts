/** What else the machine did: two programs that share a core with a third are slower by different parts. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';

export const describeMachine = (): string =>
  `Node ${process.version}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`;

interface Ticks {
  readonly name: string;
  readonly parent: number;
  readonly ticks: number;
}

const ticksASecond = 100;
const watchedMs = 300;
const named = 3;

/** Load average, and the programs of others that used most of the processors during a moment; Linux only. */
export async function describeOthers(): Promise<string> {
  const load = `load average ${loadavg()
    .map((value) => value.toFixed(1))
    .join(', ')}`;
  const before = readProcesses();
  const startedAt = performance.now();
  await pass(watchedMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = readProcesses();
  const busy = [...after]
    .filter(([pid]) => !isOurs(pid, after))
    .map(([pid, { name, ticks }]) => ({
      name,
      share: (ticks - (before.get(pid)?.ticks ?? 0)) / ticksASecond / seconds,
    }))
    .filter(({ share }) => share >= 0.05)
    .sort((a, b) => b.share - a.share);
  if (after.size === 0) return load;
  const total = busy.reduce((sum, { share }) => sum + share, 0);
  const names = busy.slice(0, named).map(({ name, share }) => `${name} ${Math.round(share * 100)} %`);
  const advice = total > 0.2 ? '; a busy machine: compare CPU rather than times' : '';
  return `${load}; other processes use ${total.toFixed(1)} cores${names.length > 0 ? ` (${names.join(', ')})` : ''}${advice}`;
}

/** The driver, or a program that it started. */
function isOurs(pid: number, processes: ReadonlyMap<number, Ticks>): boolean {
  for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === process.pid) return true;
  return false;
}

function readProcesses(): Map<number, Ticks> {
  const found = new Map<number, Ticks>();
  let names: string[] = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return found;
  }
  for (const pid of names) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name stands in parentheses, and may have spaces in it.
      const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
      const fields = text.slice(close + 2).split(' ');
      const ticks = Number(fields[11]) + Number(fields[12]);
      found.set(Number(pid), { name: text.slice(open + 1, close), parent: Number(fields[1]), ticks });
    } catch {
      // It has ended.
    }
  }
  return found;
}
