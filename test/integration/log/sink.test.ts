/** The buffer of the log: it never throws, never waits, stays small, and reports what it dropped. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogSink, type LogOutput } from '../../../src/observability/sink.ts';

afterEach(() => void vi.useRealTimers());

type Step = number | Error | null;

/** Takes what each step says: a number of bytes, an error, or null for a write that never ends. Then everything. */
function output(steps: Step[] = []) {
  const taken: string[] = [];
  let release: () => void = () => undefined;
  const target: LogOutput = {
    async write(chunk) {
      const step = steps.shift();
      if (step === null) await new Promise<void>((resolve) => (release = resolve));
      if (step instanceof Error) throw step;
      const part = typeof step === 'number' ? chunk.subarray(0, step) : chunk;
      taken.push(part.toString());
      return part.length;
    },
    writeAtExit: (chunk) => void taken.push(`exit:${chunk}`),
  };
  return { target, text: () => taken.join(''), release: () => release() };
}

const reportDropped = (count: number) => `${count} dropped\n`;
const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

describe('the log', () => {
  it('writes lines in order, also where the output takes a part of a chunk', async () => {
    const out = output([3, 1, 2]);
    const sink = createLogSink(() => out.target, { reportDropped });
    for (const line of ['one\n', 'two\n', 'three\n']) sink.write(line);
    await sink.flush(5_000);
    expect(out.text()).toBe('one\ntwo\nthree\n');
  });

  it('keeps lines while the output fails, tries again, and then writes each once', async () => {
    vi.useFakeTimers();
    const out = output([full, full, 2, full]);
    const sink = createLogSink(() => out.target, { reportDropped, retryMs: 1_000 });
    sink.write('one\n');
    await vi.advanceTimersByTimeAsync(500);
    sink.write('two\n');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(out.text()).toBe('one\ntwo\n');
  });

  it('drops the newest lines above its bound, and says how many where they are missing', async () => {
    const out = output([null]);
    const sink = createLogSink(() => out.target, { reportDropped, maxBytes: 12 });
    for (const line of ['one\n', 'two\n', 'six\n', 'ten\n', 'ten\n', 'ten\n']) sink.write(line);
    out.release();
    await sink.flush(5_000);
    sink.write('end\n');
    await sink.flush(5_000);
    expect(out.text()).toBe('one\ntwo\nsix\n3 dropped\nend\n');
  });

  it('counts each dropped line once, over several times of trouble', async () => {
    const out = output([null]);
    const sink = createLogSink(() => out.target, { reportDropped, maxBytes: 8 });
    for (let line = 0; line < 1_000; line++) sink.write('abc\n');
    sink.drop();
    out.release();
    await sink.flush(5_000);
    expect(out.text()).toBe('abc\nabc\n999 dropped\n');
  });

  it('does not keep a program waiting that ends while the output stands still', async () => {
    vi.useFakeTimers();
    const out = output([null]);
    const sink = createLogSink(() => out.target, { reportDropped });
    sink.write('one\n');
    let isFlushed = false;
    const flushed = sink.flush(1_000).then(() => (isFlushed = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(isFlushed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await flushed;
  });

  it('writes at the end of the process what still waits, and what was dropped', () => {
    const out = output([null]);
    const sink = createLogSink(() => out.target, { reportDropped, maxBytes: 8 });
    for (const line of ['one\n', 'two\n', 'six\n']) sink.write(line);
    sink.flushAtExit();
    sink.flushAtExit();
    expect(out.text()).toBe('exit:two\n1 dropped\n');
  });

  it('cuts a line that is far too long, and it is still JSON', async () => {
    const out = output();
    const sink = createLogSink(() => out.target, { reportDropped });
    sink.write(`${JSON.stringify({ level: 50, msg: '"'.repeat(500_000) })}\n`);
    await sink.flush(5_000);
    const line = JSON.parse(out.text()) as { characters: number; line: string };
    expect(line.characters).toBeGreaterThan(500_000);
    expect(out.text().length).toBeLessThan(20_000);
  });
});
