/** The time for which this gateway, of several, reads the changes of one provider for all of them. */
import { GatewayError } from '../core/errors.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { Held, Lease, PollRights } from '../replay/poll-rights.ts';

export interface FeedTermOptions {
  readonly provider: string;
  readonly rights: PollRights;
  /** This gateway reads from now on. `idleMs`: how long nobody did. The term begins when it resolves. */
  readonly onBegin: (lease: Lease, idleMs: number) => Promise<void>;
  /** Another gateway reads, and last said this; also called again and again. */
  readonly onOther: (note: string | null) => void;
  /** The database cannot be used: nobody knows who reads. */
  readonly onFailure: (error: GatewayError) => void;
  readonly onBug: (error: unknown) => void;
}

export class FeedTerm {
  readonly #options: FeedTermOptions;
  /** Null while another gateway reads, or none does. */
  lease: Lease | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  /** Counts the openings, so that an attempt of an earlier one changes nothing. */
  #opening = 0;

  constructor(options: FeedTermOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    void this.#attempt(++this.#opening);
  }

  /** Another gateway may read from now on. */
  close(): void {
    this.#isOpen = false;
    this.#opening++;
    clearTimeout(this.#timer);
    const held = this.lease;
    this.lease = null;
    if (held) this.#options.rights.release(held).catch(this.#report);
  }

  /** What was read is not stored, or another gateway has the right by now: it begins anew. */
  interrupt(): void {
    this.lease = null;
  }

  readonly #report = (error: unknown): void => {
    if (!(error instanceof GatewayError)) this.#options.onBug(error);
  };

  async #attempt(opening: number): Promise<void> {
    const { rights, provider, onFailure } = this.#options;
    try {
      const held = await rights.hold(provider);
      if (opening !== this.#opening) {
        if (held.isHolder && !this.#isOpen) await rights.release(held.lease);
        return;
      }
      await this.#take(held, opening);
    } catch (error) {
      this.lease = null;
      if (error instanceof GatewayError) onFailure(error);
      else this.#options.onBug(error);
    }
    if (opening !== this.#opening) return;
    const next = () => void this.#attempt(opening);
    this.#timer = outsideRequests(() => setTimeout(next, rights.everyMs).unref());
  }

  async #take(held: Held, opening: number): Promise<void> {
    const { onBegin, onOther } = this.#options;
    if (!held.isHolder) {
      this.lease = null;
      onOther(held.note);
      return;
    }
    if (this.lease?.epoch === held.lease.epoch) return;
    await onBegin(held.lease, held.idleMs);
    if (opening === this.#opening) this.lease = held.lease;
  }
}
