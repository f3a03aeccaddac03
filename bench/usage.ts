/** What a process has used, as Linux counts it; null elsewhere. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** User and system time so far, in milliseconds, to a hundredth of a second. */
export function readCpuMs(pid: number): number | null {
  const text = readProc(pid, 'stat');
  if (text === null) return null;
  // The name of the program stands in parentheses, and may have spaces in it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksASecond();
}

/** Bytes that it holds now. */
export const readRssBytes = (pid: number): number | null => readKilobytes(pid, 'VmRSS');

/** The most bytes that it ever held. */
export const readPeakRssBytes = (pid: number): number | null => readKilobytes(pid, 'VmHWM');

function readKilobytes(pid: number, field: string): number | null {
  const kilobytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(readProc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

let ticks: number | null = null;

function ticksASecond(): number {
  try {
    ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
  } catch {
    ticks = 100;
  }
  return ticks;
}
