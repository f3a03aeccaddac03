/** What belongs to one operation: who asks, until when, and what it has loaded already. */
import DataLoader from 'dataloader';
import type { Catalog } from './core/catalog/catalog.ts';
import type { Backup, ProtectedEntity, Ref } from './core/model.ts';

export interface Context {
  readonly catalog: Catalog;
  /** Aborts when the client has gone or the operation's time is over. */
  readonly signal: AbortSignal;
  /** Origin that the client reached us at, without a trailing slash. */
  readonly origin: string;
  readonly loaders: Loaders;
}

/** Each gathers what one pass of the executor asks for into one call for each provider. */
export interface Loaders {
  readonly backup: DataLoader<Ref, Backup | null, string>;
  readonly entity: DataLoader<Ref, ProtectedEntity | null, string>;
  /** A stream calls it for each event: what was true at the last one, or failed then, is not kept. */
  clear(): void;
}

export function createContext(catalog: Catalog, signal: AbortSignal, origin: string): Context {
  const cacheKeyFn = ({ provider, localId }: Ref) => `${provider}\n${localId}`;
  const backup = new DataLoader<Ref, Backup | null, string>((refs) => catalog.reads.getBackups(refs, signal), {
    cacheKeyFn,
  });
  const entity = new DataLoader<Ref, ProtectedEntity | null, string>(
    (refs) => catalog.reads.getEntities(refs, signal),
    {
      cacheKeyFn,
    },
  );
  const clear = () => {
    backup.clearAll();
    entity.clearAll();
  };
  return { catalog, signal, origin, loaders: { backup, entity, clear } };
}
