/**
 * Loaded into the gateway by `node --import`: measures the longest turn of its event loop by the CPU time that its main
 * thread took, which no other program makes longer. At SIGUSR2 it prints `longest turn: N ms`, and measures anew.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** CPU time of the main thread so far, in milliseconds, as Linux counts it; elsewhere that of the process. */
function cpuMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  }
}

if (isMainThread) {
  let longestMs = 0;
  let before = cpuMs();
  const look = () => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  };
  // Between two looks lies a turn at least, with whatever ran in it.
  setInterval(look, 1).unref();
  process.on('SIGUSR2', () => {
    look();
    process.stdout.write(`longest turn: ${longestMs.toFixed(1)} ms\n`);
    longestMs = 0;
  });
}
