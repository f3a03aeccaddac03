/** Which providers a list is about. */
import { badInput } from '../core/errors.ts';
import type { ProviderKind } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { cutText } from '../core/text.ts';

export interface ProviderFilter {
  /** Null: all; so with kinds. */
  readonly providers: readonly string[] | null;
  readonly kinds: readonly ProviderKind[] | null;
}

/** In the order that they have. Throws BAD_USER_INPUT for a name that none of them has. */
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
