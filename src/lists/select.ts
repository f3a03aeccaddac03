/** Selects the providers of a list. */
import { badInput } from '../core/errors.ts';
import type { ProviderKind } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { cutText } from '../core/text.ts';

export interface ProviderFilter {
  /** Null: all. */
  readonly providers: readonly string[] | null;
  /** Null: all. */
  readonly kinds: readonly ProviderKind[] | null;
}

/** Keeps the order of `providers`. Throws BAD_USER_INPUT for an unknown name. */
export function selectProviders(
  providers: readonly Provider[],
  { providers: names, kinds }: ProviderFilter,
): readonly Provider[] {
  const unknown = names?.find((name) => !providers.some((provider) => provider.name === name));
  if (unknown !== undefined) {
    const message = `There is no provider "${cutText(unknown, 40)}". The query { providers { name } } lists them.`;
    throw badInput(message, ['filter', 'providers']);
  }
  return providers.filter(({ name, kind }) => (names?.includes(name) ?? true) && (kinds?.includes(kind) ?? true));
}
