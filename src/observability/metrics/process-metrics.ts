/**
 * Metrics of the process and its event loop. prom-client has such metrics as well, but some of their names break the
 * rules of `promtool check metrics`.
 */
import type { Instruments } from './instruments.ts';

const measureEveryMs = 100;

/** Returns a function that stops measuring. `loopDelay` is measured by how late a timer fires. */
export function addProcessMetrics(make: Instruments): () => void {
  make.gauge('backplane_build_info', 'Always 1: the version of Node.', ['node']).set({ node: process.version }, 1);
  make.pulledCounter('process_cpu_seconds_total', 'Processor time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  make.pulled('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  make.pulled('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', () => process.memoryUsage().heapUsed);
  make.pulled('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => startedAt);
  const delay = make.histogram('backplane_event_loop_delay_seconds', 'How late a timer of 100 ms fires.');
  let dueAt = performance.now() + measureEveryMs;
  const timer = setInterval(() => {
    const at = performance.now();
    delay.observe({}, Math.max(0, at - dueAt) / 1000);
    dueAt = at + measureEveryMs;
  }, measureEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

const startedAt = Date.now() / 1000 - process.uptime();
