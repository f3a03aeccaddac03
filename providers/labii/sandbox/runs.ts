/** Running backups, and the POST requests that wait for them. */
import { SandboxClock } from '../../_kit/sandbox/clock.ts';

/** `cut`: the run ends well, but the connection of its POST is cut instead of answered. */
export type Outcome = 'completed' | 'error' | 'cut';

export interface Run {
  readonly sid: string;
  readonly organizationSid: string;
  readonly outcome: Outcome;
  readonly isPosted: boolean;
  readonly startedAtMs: number;
  endsAtMs: number;
  /** Keeps what has come of the run. */
  readonly finish: (run: Run) => void;
}

/** A clock that reports when it was moved forward, since a waiting reply must then be sent. */
export class PushedClock extends SandboxClock {
  onAdvance = (): void => {};

  override advance(ms: number): void {
    super.advance(ms);
    this.onAdvance();
  }
}

const longestTimerMs = 2 ** 31 - 1;

/** Ends runs at their time: on request, when the clock is moved forward, and by a timer if the clock runs. */
export class Runs {
  readonly #clock: PushedClock;
  readonly #speed: number;
  readonly #waiting = new Map<Run, () => void>();
  #underWay: Run[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: PushedClock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
    clock.onAdvance = () => this.settle();
  }

  add(run: Run): void {
    this.#underWay.push(run);
    this.#arm();
  }

  /** Resolves when the run is over. */
  end(run: Run): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(run, resolve);
      this.settle();
    });
  }

  /** Runs end in the order of their ends, even if the clock jumps. */
  settle(): void {
    const nowMs = this.#clock.now();
    const due = this.#underWay.filter(({ endsAtMs }) => endsAtMs <= nowMs);
    this.#underWay = this.#underWay.filter(({ endsAtMs }) => endsAtMs > nowMs);
    for (const run of due.sort((a, b) => a.endsAtMs - b.endsAtMs)) {
      run.finish(run);
      this.#waiting.get(run)?.();
      this.#waiting.delete(run);
    }
    this.#arm();
  }

  finishPosts(atMs: number): void {
    for (const run of this.#underWay) {
      if (run.isPosted) run.endsAtMs = Math.max(run.startedAtMs, Math.min(run.endsAtMs, atMs));
    }
    this.settle();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#underWay = [];
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#speed <= 0 || this.#underWay.length === 0) return;
    const nextMs = Math.min(...this.#underWay.map(({ endsAtMs }) => endsAtMs));
    const delayMs = Math.ceil((nextMs - this.#clock.now()) / this.#speed);
    this.#timer = setTimeout(() => this.settle(), Math.min(Math.max(1, delayMs), longestTimerMs));
  }
}
