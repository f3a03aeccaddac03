/** The process: runs its command line, and sets its exit code. */
import '../production.ts';
import { flushLog } from '../observability/log.ts';
import { watchStandardStreams } from '../observability/standard-streams.ts';
import type { Terminal } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { runProgram } from './run.ts';
import { untilStopped } from './stopped.ts';

let isServer = false;

const terminal: Terminal = {
  environment: process.env,
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (text) => void process.stderr.write(text),
  untilStopped() {
    isServer = true;
    return untilStopped();
  },
};

const streams = watchStandardStreams();
process.once('exit', (code) => {
  const error = streams.outputError();
  // A reader that closes the pipe has seen what it wanted; and what a server prints at its start is no result.
  if (code !== 0 || error === null || error.code === 'EPIPE' || isServer) return;
  process.stderr.write(`Cannot write to standard output: ${error.code}.\n`);
  process.exitCode = exitCodes.failed;
});
// Of the start, and of any time after it. Node prints the stack, and sets its own code before it emits `exit`.
process.once('uncaughtExceptionMonitor', () => {
  process.prependOnceListener('exit', () => {
    process.exitCode = exitCodes.unexpected;
  });
});
// Not `process.exit`: what was printed must be out before the end. The timer is for what should not hang, and does.
process.exitCode = await runProgram(process.argv.slice(2), terminal);
await flushLog(1000);
setTimeout(() => process.exit(), 1000).unref();
