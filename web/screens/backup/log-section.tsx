import { useDeferredValue, useMemo, useState } from 'react';
import { download } from '../../api/client.ts';
import { saveFile } from '../../api/save-file.ts';
import type { LogLevel } from '../../gql/graphql.ts';
import { CopyButton } from '../../parts/copyable.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';
import { type Entry, isGap } from './log-entries.ts';
import { LogLines } from './log-lines.tsx';
import { useLog } from './use-log.ts';

const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
type MinLevel = (typeof levels)[number];

/** A line without a known level may be anything, so it is shown until only warnings are asked for. */
const rank: Record<LogLevel, number> = { DEBUG: 0, INFO: 1, UNKNOWN: 1, WARNING: 2, ERROR: 3 };

export function LogSection({ id, logUrl }: { readonly id: string; readonly logUrl: string | null }) {
  if (logUrl === null) {
    return (
      <Section title={texts.log.title}>
        <Empty>{texts.log.none}</Empty>
      </Section>
    );
  }
  return <Log id={id} logUrl={logUrl} />;
}

function Log({ id, logUrl }: { readonly id: string; readonly logUrl: string }) {
  const { entries, dropped, state, failure } = useLog(id);
  const [search, setSearch] = useState('');
  const [level, setLevel] = useState<MinLevel>('DEBUG');
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const shown = useMemo(() => choose(entries, wanted, level), [entries, wanted, level]);
  return (
    <Section
      title={texts.log.title}
      beside={
        <span className="quiet" role="status">
          {texts.log.lines(shown.length, entries.length)} · {texts.log[state === 'complete' ? 'complete' : 'live']}
        </span>
      }
    >
      <div className="tools">
        <input
          type="search"
          aria-label={texts.log.search}
          placeholder={texts.log.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <label className="choice">
          <span>{texts.log.level}</span>
          <select
            value={level}
            onChange={({ target }) => setLevel(levels.find((one) => one === target.value) ?? 'DEBUG')}
          >
            {levels.map((one) => (
              <option key={one} value={one}>
                {texts.log.levels[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => void save(logUrl)}>
          {texts.log.download}
        </button>
        <CopyButton label={texts.log.copy} read={() => toText(shown)} />
      </div>
      {failure && (
        <p className="notice bad" role="alert">
          {failure.message}
        </p>
      )}
      {dropped > 0 && <p className="notice plain">{texts.log.dropped(dropped)}</p>}
      {state === 'stalled' && <p className="notice plain">{texts.log.stalled}</p>}
      {shown.length > 0 ? (
        <LogLines entries={shown} isLive={state !== 'complete'} />
      ) : (
        !failure && <Empty>{entries.length > 0 ? texts.log.noMatch : texts.log.empty}</Empty>
      )}
    </Section>
  );
}

/** What is shown, as a file would have it. */
const toText = (entries: readonly Entry[]): string =>
  entries.map((entry) => (isGap(entry) ? texts.log.gap(entry.fromLine, entry.toLine) : entry.text)).join('\n');

/** Gaps are always shown: they may have been what is looked for. */
const choose = (entries: readonly Entry[], wanted: string, level: MinLevel): readonly Entry[] =>
  wanted === '' && level === 'DEBUG'
    ? entries
    : entries.filter(
        (entry) => isGap(entry) || (rank[entry.level] >= rank[level] && entry.text.toLowerCase().includes(wanted)),
      );

/** The path is that of this page's own gateway. */
async function save(logUrl: string): Promise<void> {
  const { pathname } = new URL(logUrl);
  const blob = await download(new URL(pathname, location.href).href);
  saveFile(blob, 'backup.log');
}
