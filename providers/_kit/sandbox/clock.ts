/** The clock of a sandbox. */

/** Milliseconds since 1970. It runs with the real clock, `speed` times as fast, and can be moved forward. */
export class SandboxClock {
  #base: number;
  #realStart = performance.now();
  readonly #speed: number;

  constructor(options: { now?: number; speed?: number } = {}) {
    this.#base = options.now ?? Date.now();
    this.#speed = options.speed ?? 1;
  }

  now(): number {
    return this.#base + (performance.now() - this.#realStart) * this.#speed;
  }

  /** Moves the clock forward; with speed 0 nothing else moves it. */
  advance(ms: number): void {
    this.#base += ms;
  }
}
