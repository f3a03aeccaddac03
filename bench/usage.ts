/** What a process without a probe has used, as Linux counts it; null elsewhere. */
import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, on all of its platforms that run Node. */
const ticksASecond = 100;

/** User and system time so far, in milliseconds. */
export function readCpuMs(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses, and may have spaces in it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksASecond;
  } catch {
    return null;
  }
}
