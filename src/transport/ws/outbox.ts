/**
 * What waits for one client. A socket keeps everything that is sent until the client has read it, so the
 * sender must wait: while more than the limit is unread, nothing new is read for this client from any stream. A stream
 * keeps its place in a replay log that is bounded and shared, so standing still costs nothing.
 */
import type { WebSocket } from 'ws';

export interface OutboxLimits {
  readonly bufferBytes: number;
  readonly slowMs: number;
}

/** A client that asks on and on without reading the answers is read no more above so many times the limit. */
const floodFactor = 4;

export class Outbox {
  readonly #socket: WebSocket;
  readonly #limits: OutboxLimits;
  readonly #onSlow: () => void;
  #drained: Promise<void> | null = null;
  #wake: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `onSlow`: more than the limit was unread for too long. */
  constructor(socket: WebSocket, limits: OutboxLimits, onSlow: () => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#onSlow = onSlow;
  }

  /** The client does not keep up: also its pongs are behind what it has not read. */
  get isFull(): boolean {
    return this.#drained !== null;
  }

  /** Settles when there is room, or may be: somebody else may take it first. */
  room(): Promise<void> {
    return this.#drained ?? Promise.resolve();
  }

  /** Sends even when full. A caller that can wait checks `isFull` first. */
  send(text: string): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    // A call for every message would cost more than the sending; everything before this one has gone when it has.
    if (socket.bufferedAmount + text.length <= this.#limits.bufferBytes) socket.send(text);
    else socket.send(text, () => this.#checkRoom());
    if (socket.bufferedAmount > this.#limits.bufferBytes) this.#fill();
  }

  /** The socket is closed: nobody waits any more. */
  close(): void {
    this.#empty();
  }

  #fill(): void {
    if (this.#socket.bufferedAmount > floodFactor * this.#limits.bufferBytes) this.#socket.pause();
    if (this.#drained !== null) return;
    this.#drained = new Promise((resolve) => (this.#wake = resolve));
    this.#timer = setTimeout(this.#onSlow, this.#limits.slowMs);
  }

  #checkRoom(): void {
    if (this.#socket.bufferedAmount <= this.#limits.bufferBytes) this.#empty();
  }

  #empty(): void {
    clearTimeout(this.#timer);
    this.#drained = null;
    this.#wake();
    this.#socket.resume();
  }
}
