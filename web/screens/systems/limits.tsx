/** How much the gateway sends to a system at once, and how long it waits. */
import type { SystemsQuery } from '../../gql/graphql.ts';
import { formatDuration, formatList } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

type Configured = NonNullable<SystemsQuery['providers'][number]['limits']>;

export function Limits({ limits }: { readonly limits: Configured }) {
  const { requests, downloads, commands, queue, timeoutSeconds, cacheSeconds } = limits;
  const words = texts.systems;
  return (
    <>
      {words.atOnce(requests, downloads, commands)}
      <br />
      <span className="quiet">
        {formatList([
          words.waiting(queue),
          words.within(formatDuration(timeoutSeconds)),
          cacheSeconds > 0 ? words.reused(formatDuration(cacheSeconds)) : words.neverReused,
        ])}
      </span>
    </>
  );
}
