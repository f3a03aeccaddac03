/** When an entity succeeded last, or how it was when its system answered last. */
import type { ProtectionStatus } from '../gql/graphql.ts';
import { texts } from '../text/texts.ts';
import { Time } from './clock.tsx';

interface Protection {
  readonly status: ProtectionStatus;
  readonly lastSuccessAt: string | null;
  /** Only where the status is UNKNOWN. */
  readonly lastKnown: { readonly status: ProtectionStatus; readonly asOf: string } | null;
}

export function LastSuccess({ status, lastSuccessAt, lastKnown }: Protection) {
  if (lastKnown) {
    return (
      <span>
        {texts.protectionBefore(texts.protection[lastKnown.status])} <Time at={lastKnown.asOf} />
      </span>
    );
  }
  const none = status === 'UNKNOWN' ? texts.notKnown : texts.never;
  return (
    <span>
      {texts.now.lastSuccess}: {lastSuccessAt ? <Time at={lastSuccessAt} /> : none}
    </span>
  );
}
