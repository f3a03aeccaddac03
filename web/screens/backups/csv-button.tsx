/** Saves what is filtered as CSV, and says what is not in it. */
import { useEffect, useRef, useState } from 'react';
import { saveFile } from '../../api/save-file.ts';
import type { BackupFilter } from '../../gql/graphql.ts';
import { texts } from '../../text/texts.ts';
import { exportBackups } from './export.ts';

interface Note {
  readonly text: string;
  readonly isBad: boolean;
}

export function CsvButton({ filter }: { readonly filter: () => BackupFilter }) {
  const [count, setCount] = useState<number | null>(null);
  const [note, setNote] = useState<Note | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const save = async () => {
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setNote(null);
    setCount(0);
    try {
      const { csv, count: all, missing } = await exportBackups(filter(), setCount, signal);
      // Spreadsheets take a file without this mark for one of their own character set.
      saveFile(new Blob(['\ufeff', csv], { type: 'text/csv' }), 'backups.csv');
      const isBad = missing.length > 0;
      setNote({ text: isBad ? texts.backups.csvMissing(missing.join(', ')) : texts.backups.csvDone(all), isBad });
    } catch (error) {
      if (!signal.aborted)
        setNote({ text: error instanceof Error ? error.message : texts.errors.unexpected, isBad: true });
    }
    setCount(null);
  };
  return (
    <>
      {count === null ? (
        <button type="button" onClick={() => void save()}>
          {texts.backups.csv}
        </button>
      ) : (
        <button type="button" onClick={() => running.current?.abort()}>
          {texts.backups.csvStop(count)}
        </button>
      )}
      {note && (
        <p className={`notice ${note.isBad ? 'bad' : 'plain'}`} role={note.isBad ? 'alert' : 'status'}>
          {note.text}
        </p>
      )}
    </>
  );
}
