/** How far a running backup is. */
import type { RunningRowFragment } from '../gql/graphql.ts';
import { formatBytes, formatNumber, formatPercent } from '../text/format.ts';
import { texts } from '../text/texts.ts';

export function Progress({ progress, label }: Pick<RunningRowFragment, 'progress'> & { readonly label: string }) {
  if (!progress) return null;
  const { percent, processedBytes, totalBytes, processedItems, bytesPerSecond, secondsRemaining } = progress;
  const words = [
    percent === null ? '' : formatPercent(percent),
    processedBytes === null
      ? ''
      : [processedBytes, totalBytes].flatMap((size) => (size === null ? [] : formatBytes(size))).join(' / '),
    percent === null && processedBytes === null && processedItems !== null ? formatNumber(processedItems) : '',
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
    secondsRemaining === null ? '' : texts.now.remaining(secondsRemaining),
  ];
  return (
    <div className="progress">
      <progress aria-label={label} max={100} {...(percent === null ? {} : { value: percent })} />
      <span>{words.filter(Boolean).join(' · ')}</span>
    </div>
  );
}
