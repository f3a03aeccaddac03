/**
 * The destination of log lines. Writing a line never throws and never waits. Lines are queued in a bounded buffer.
 * Lines that do not fit are dropped, and one line reports their number as soon as the output works again.
 */

/** One destination of bytes, such as standard error. Neither method throws synchronously. */
export interface LogOutput {
  /** Writes a part of the chunk or all of it, and resolves with the number of bytes written. Rejects on failure. */
  write(chunk: Buffer): Promise<number>;
  /** Writes what can be written synchronously, when the process ends. */
  writeAtExit(chunk: Buffer, isWriting: boolean): void;
}

export interface LogSinkOptions {
  /** Maximum of queued bytes; more is dropped. */
  readonly maxBytes?: number;
  /** Pause after a failed write, in milliseconds. */
  readonly retryMs?: number;
  /** Returns the line that reports dropped lines. */
  readonly reportDropped: (count: number) => string;
}

export interface LogSink {
  write(line: string): void;
  /** Number of lines that were dropped since the start. */
  readonly droppedTotal: number;
  /** Counts a line that could not be serialised as dropped. */
  drop(): void;
  /** Resolves when everything was written, or after `ms`. */
  flush(ms: number): Promise<void>;
  /** For the `exit` event, after which nothing asynchronous runs. */
  flushAtExit(): void;
}

/** Lines are written together in chunks of about this size. */
const chunkBytes = 64_000;
/** Longer lines are cut, so that one event does not displace thousands of others. */
const maxLineChars = 32_000;

export function createLogSink(open: () => LogOutput, options: LogSinkOptions): LogSink {
  const { maxBytes = 1_000_000, retryMs = 1_000, reportDropped } = options;
  let output: LogOutput | null = null;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** The chunk being written, or to be written next. */
  let chunk: Buffer | null = null;
  let isWriting = false;
  let dropped = 0;
  let droppedTotal = 0;
  let retry: NodeJS.Timeout | null = null;
  let onIdle: (() => void) | null = null;

  function nextChunk(): Buffer | null {
    if (waiting.length === 0) return null;
    let count = 0;
    for (let bytes = 0; count < waiting.length && bytes < chunkBytes; count++) bytes += waiting[count]?.length ?? 0;
    const lines = waiting.splice(0, count);
    const taken = Buffer.concat(lines);
    waitingBytes -= taken.length;
    return taken;
  }

  function pump(): void {
    if (isWriting || retry !== null) return;
    chunk ??= nextChunk();
    if (chunk === null) {
      onIdle?.();
      return;
    }
    isWriting = true;
    output ??= open();
    output.write(chunk).then(wrote, failed);
  }

  function wrote(bytes: number): void {
    isWriting = false;
    chunk = chunk !== null && bytes < chunk.length ? chunk.subarray(bytes) : null;
    if (chunk === null && dropped > 0) {
      // Dropped lines are newer than all queued lines, so the report is at the right position.
      push(Buffer.from(reportDropped(dropped)));
      dropped = 0;
    }
    pump();
  }

  function failed(): void {
    isWriting = false;
    retry = setTimeout(() => {
      retry = null;
      pump();
    }, retryMs);
    retry.unref();
  }

  function drop(): void {
    dropped++;
    droppedTotal++;
  }

  function push(line: Buffer): void {
    waiting.push(line);
    waitingBytes += line.length;
  }

  return {
    write(line) {
      const bytes = Buffer.from(line.length <= maxLineChars ? line : cutLine(line));
      if (waitingBytes + (chunk?.length ?? 0) + bytes.length > maxBytes) drop();
      else push(bytes);
      pump();
    },
    drop,
    get droppedTotal() {
      return droppedTotal;
    },
    async flush(ms) {
      if (!isWriting && retry === null && chunk === null && waiting.length === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        timer = setTimeout(resolve, ms);
      });
      onIdle = null;
      clearTimeout(timer);
    },
    flushAtExit() {
      const rest = isWriting ? waiting : [...(chunk ? [chunk] : []), ...waiting];
      if (dropped > 0) rest.push(Buffer.from(reportDropped(dropped)));
      if (rest.length > 0) (output ?? open()).writeAtExit(Buffer.concat(rest), isWriting);
      waiting = [];
      chunk = null;
      dropped = 0;
    },
  };
}

/** Returns a JSON line that contains the start of the long line as text. */
const cutLine = (line: string): string =>
  `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg: 'a log line was too long and is cut', line: line.slice(0, 8_000), characters: line.length })}\n`;
