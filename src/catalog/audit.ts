/** Commands as one viewer gives them, each written down; and who did what, for those who may know. */

import type { AuditEntry, CommandSource } from '../audit/audit-entry.ts';
import { type AuditFilter, matchesAudit, noAuditFilter } from '../audit/audit-filter.ts';
import type { Answered, Auditor } from '../audit/auditor.ts';
import { badInput, GatewayError } from '../core/errors.ts';
import { cutText } from '../core/text.ts';
import { type CursorList, type PageArguments, toCursorList, toWalk } from '../lists/page.ts';
import { selectProviders } from '../lists/select.ts';
import type { CatalogOptions } from './options.ts';
import { forbidden, type Scope } from './scope.ts';

/** A command as it came in, decoded as far as its ids are ids. */
export interface AskedCommand extends Omit<CommandSource, 'viewer'> {
  readonly command: string;
  readonly targets: readonly { readonly id: string; readonly provider: string | null }[];
}

export type AuditPage = CursorList<AuditEntry>;

const maxTargets = 100;
/** Entries that one page looks through for those that match. */
const maxLookedAt = 20_000;
const batch = 500;
const maxIdLength = 200;

export class Audit {
  readonly #scope: Scope;
  readonly #auditor: Auditor;
  readonly #isConfigured: (provider: string) => boolean;

  constructor(scope: Scope, { auditor, providers }: CatalogOptions) {
    this.#scope = scope;
    this.#auditor = auditor;
    this.#isConfigured = (provider) => providers.some(({ name }) => name === provider);
  }

  /** Who may not command is told so before anything of the command is looked at. */
  async run<T extends Answered>(asked: AskedCommand, work: () => Promise<T>): Promise<T> {
    if (!this.#scope.isOperator) {
      const error = forbidden();
      await this.refuse(asked, error);
      throw error;
    }
    return this.#auditor.run(this.#given(asked), work);
  }

  /** Records a command that is refused before `run`, for example by a limit. */
  refuse(asked: AskedCommand, error: GatewayError): Promise<void> {
    return this.#auditor.refuse(this.#given(asked), error.code);
  }

  /** Newest first. */
  async list(
    { first, after }: Pick<PageArguments, 'first' | 'after'>,
    filter: AuditFilter = noAuditFilter,
  ): Promise<AuditPage> {
    this.#requireOperator();
    const walk = toWalk({ first, after });
    const { store } = this.#auditor;
    const place = walk.cursor === null ? null : await store.placeOf(walk.cursor);
    if (walk.cursor !== null && place === null) {
      throw badInput('"after" is not a cursor of this list. Use endCursor of a page, unchanged.', ['after']);
    }
    if (filter.providers) selectProviders(this.#scope.providers, { providers: filter.providers, kinds: null });
    const { found, passed } = await this.#find(place, walk.size + 1, filter);
    const rows = found.slice(0, walk.size);
    const hasMore = found.length > walk.size || passed !== null;
    return toCursorList(walk, rows, hasMore, (index) => rows[index]?.id ?? '', rows.length === 0 ? passed : null);
  }

  /** `passed`: the id of the last entry that was looked at, if there may be more; null at the end. */
  async #find(after: number | null, limit: number, filter: AuditFilter) {
    const found: AuditEntry[] = [];
    let place = after;
    for (let looked = 0; looked < maxLookedAt; ) {
      const size = filter === noAuditFilter ? limit : batch;
      const entries = await this.#auditor.store.list(this.#sight, place, size);
      found.push(...entries.filter((entry) => matchesAudit(entry, filter)));
      const last = entries.at(-1);
      const isOver = filter.since !== null && last !== undefined && last.at < filter.since;
      if (!last || entries.length < size || isOver || found.length >= limit) return { found, passed: null };
      looked += entries.length;
      place = await this.#auditor.store.placeOf(last.id);
      if (looked >= maxLookedAt) return { found, passed: last.id };
    }
    return { found, passed: null };
  }

  /** Null where there is none, or it is not for this viewer. */
  async find(id: string): Promise<AuditEntry | null> {
    return this.#scope.isOperator ? this.#auditor.store.find(this.#sight, id) : null;
  }

  #requireOperator(): void {
    if (!this.#scope.isOperator) {
      throw new GatewayError('FORBIDDEN', 'Who did what is for the role OPERATOR.');
    }
  }

  get #sight() {
    const { id, providers } = this.#scope.viewer;
    return { viewer: id, providers };
  }

  #given({ targets, ...asked }: AskedCommand) {
    return {
      ...asked,
      viewer: this.#scope.viewer,
      targets: targets.slice(0, maxTargets).map(({ id, provider }) => ({
        // A part of an id may be another id; with the dots it is none.
        id: id.length > maxIdLength ? cutText(id, maxIdLength - 1) : id,
        provider: provider !== null && this.#isConfigured(provider) ? provider : null,
        isSeen: provider !== null && this.#scope.provider(provider) !== null,
      })),
    };
  }
}
