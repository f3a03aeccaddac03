/** How much of the audit log is whose: eviction starts with the viewer that has the most entries, so that no viewer can evict the entries of others. */

export interface Share {
  readonly rows: number;
  readonly bytes: number;
}

export interface Shares {
  /** Negative where something was dropped. */
  add(viewer: string, share: Share): void;
  /** Who has most; null while all together are within the bounds. */
  heaviest(): string | null;
}

export function createShares(bounds: Share): Shares {
  const shares = new Map<string, Share>();
  let [rows, bytes] = [0, 0];
  const weigh = (share: Share) => Math.max(share.rows / bounds.rows, share.bytes / bounds.bytes);
  return {
    add(viewer, more) {
      const before = shares.get(viewer) ?? { rows: 0, bytes: 0 };
      const after = { rows: before.rows + more.rows, bytes: before.bytes + more.bytes };
      rows += more.rows;
      bytes += more.bytes;
      if (after.rows > 0) shares.set(viewer, after);
      else shares.delete(viewer);
    },
    heaviest() {
      if (rows <= bounds.rows && bytes <= bounds.bytes) return null;
      let [found, most]: [string | null, number] = [null, 0];
      for (const [viewer, share] of shares) {
        const weight = weigh(share);
        if (weight > most) [found, most] = [viewer, weight];
      }
      return found;
    },
  };
}
