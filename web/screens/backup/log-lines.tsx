/** Lines of a log; only those that can be seen are in the page. At the end it follows new ones, until somebody scrolls up. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { formatAbsolute } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { type Entry, isGap } from './log-entries.ts';

const lineHeight = 20;

export function LogLines({ entries, isLive }: { readonly entries: readonly Entry[]; readonly isLive: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(isLive);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  useEffect(() => {
    if (follows && entries.length > 0) virtual.scrollToIndex(entries.length - 1);
  }, [follows, entries.length, virtual]);
  const noticeScroll = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {};
    setFollows(isLive && scrollTop + clientHeight > scrollHeight - 2 * lineHeight);
  };
  return (
    <div className="log">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div ref={box} className="log-box" onScroll={noticeScroll} role="log" aria-label={texts.log.title} tabIndex={0}>
        <div className="log-lines" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div key={index} className="log-line" style={{ transform: `translateY(${start}px)` }}>
              <LogLine entry={entries[index] as Entry} />
            </div>
          ))}
        </div>
      </div>
      {isLive && !follows && (
        <button type="button" className="follow" onClick={() => setFollows(true)}>
          {texts.log.follow}
        </button>
      )}
    </div>
  );
}

function LogLine({ entry }: { readonly entry: Entry }) {
  if (isGap(entry)) return <span className="gap">{texts.log.gap(entry.fromLine, entry.toLine)}</span>;
  const { number, at, level, text } = entry;
  return (
    <>
      <span className="line-number" title={at ? formatAbsolute(at) : undefined}>
        {number ?? ''}
      </span>
      <span className={`level ${level.toLowerCase()}`}>{level === 'UNKNOWN' ? '' : level}</span>
      <span className="line-text">{text}</span>
    </>
  );
}
