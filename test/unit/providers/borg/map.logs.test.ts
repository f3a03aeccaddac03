import { describe, expect, it } from 'vitest';
import { refineFromLog, toLiveLines, toLogLine, withoutEmptyEnd } from '../../../../providers/borg/log-map.ts';
import { toBackup } from '../../../../providers/borg/map.ts';
import { logReply, statusReply } from '../../../../providers/borg/wire.ts';
import { parseInstant } from '../../../../src/core/instant.ts';
import type { LogLine } from '../../../../src/core/model.ts';
import { reading, row } from '../../../support/borg-recorded.ts';
import { recordedRun } from '../../../support/borg-replay.ts';

describe('a log line', () => {
  const told = (event: object) => {
    const { text: words, level } = toLogLine(JSON.stringify(event));
    return [words, level];
  };

  it('is a sentence with a level, a time, and the line as it came', () => {
    const raw =
      '{"type": "log_message", "time": 1795310223.036638, "message": "Received SIGTERM", "levelname": "ERROR", "name": "borg.archiver"}';
    expect(toLogLine(raw)).toEqual({
      text: 'Received SIGTERM',
      raw,
      at: parseInstant('2026-11-22T01:17:03.036638Z'),
      level: 'ERROR',
    });
  });

  it('knows the levels of Borg', () => {
    const level = (levelname: string) => told({ type: 'log_message', message: 'x', levelname })[1];
    expect(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'LOUD'].map(level)).toEqual([
      'DEBUG',
      'INFO',
      'WARNING',
      'ERROR',
      'ERROR',
      'UNKNOWN',
    ]);
  });

  it('speaks of progress in words', () => {
    expect(told({ type: 'archive_progress', nfiles: 1, original_size: 0, path: '' })).toEqual(['1 file, 0 B', 'INFO']);
    expect(told({ type: 'archive_progress', nfiles: 28, original_size: 572_824_659, path: 'srv/f62' })).toEqual([
      '28 files, 572.8 MB, now at srv/f62',
      'INFO',
    ]);
    expect(told({ type: 'progress_message', message: 'Reading chunks', finished: false })).toEqual([
      'Reading chunks',
      'INFO',
    ]);
    expect(told({ type: 'progress_message', finished: true })).toEqual(['Step finished.', 'INFO']);
  });

  it('says in words what became of a file, and that Borg said nothing', () => {
    const file = (status: string, path = '/data/a.txt') => told({ type: 'file_status', status, path });
    expect(file('M')).toEqual(['/data/a.txt: modified.', 'INFO']);
    expect(file('C')).toEqual(['/data/a.txt: changed while it was read.', 'WARNING']);
    expect(file('E')).toEqual(['/data/a.txt: could not be read.', 'ERROR']);
    expect(file('Z', '')).toEqual(['A file: status not known.', 'INFO']);
    expect(told({ type: 'log_message', message: '', levelname: 'INFO', name: 'borg.output' })).toEqual([
      'Borg wrote an empty message.',
      'INFO',
    ]);
    expect(told({ type: 'progress_message', message: ' ', finished: false })).toEqual(['Step goes on.', 'INFO']);
    expect(told({ type: 'progress_percent', message: '' })).toEqual(['Step goes on.', 'INFO']);
    expect(told({ type: 'archive_progress', path: 'srv/a' })).toEqual(['Now at srv/a.', 'INFO']);
  });

  it.each(['hook: mounting /srv', '{"half": ', '{"no": "type"}', '', '[1]', '{"type": "new_event"}'])(
    'that is no event that we know is its own text: %j',
    (raw) => {
      expect(toLogLine(raw)).toEqual({ text: raw, raw, at: null, level: 'UNKNOWN' });
    },
  );

  it('that only stands in for the first one is dropped', () => {
    const note = 'Note: Showing last 500 lines from in-memory buffer. Full logs not saved to disk.';
    expect(
      toLiveLines(['Backup is running...', '', 'Processing started, waiting for first log output...', '', note]),
    ).toEqual([]);
    expect(toLiveLines(['Backup is currently running...', '', 'Waiting for logs...', '', note])).toEqual([]);
    expect(toLiveLines(['Backup is running...', 'said the hook'])).toHaveLength(2);
  });

  it('that is empty is dropped only at the end of a stored log', () => {
    expect(withoutEmptyEnd(['a', '', 'b', ''])).toEqual(['a', '', 'b']);
    expect(toLiveLines(['a', '']).map(({ raw }) => raw)).toEqual(['a', '']);
  });
});

describe('progress from the log', () => {
  const running = toBackup(row('status running'), reading);
  const at = (seconds: number, bytes: number, more: object = {}): LogLine =>
    toLogLine(
      JSON.stringify({
        type: 'archive_progress',
        time: 1_795_306_900 + seconds,
        original_size: bytes,
        nfiles: 20,
        path: 'data/f',
        ...more,
      }),
    );

  it('is measured over the last seconds of lines', () => {
    const refined = refineFromLog(running, [at(0, 1), at(6, 2_000_000), at(8, 3_000_000), at(10, 4_000_000)]);
    expect(refined.progress).toEqual({
      percent: (4_000_000 / 6_004_736) * 100,
      processedBytes: 4_000_000,
      totalBytes: 6_004_736,
      processedItems: 20,
      currentItem: 'data/f',
      bytesPerSecond: 500_000,
      secondsRemaining: 2_004_736 / 500_000,
      updatedAt: 1_795_306_910_000_000,
    });
    expect(refined.size.originalBytes).toBe(4_000_000);
    expect(refined.itemCount).toBe(20);
  });

  it('gives the speed that the record gives for the same moment', () => {
    const call = recordedRun.find(({ atMs }) => atMs === 4126);
    const log = logReply.parse(recordedRun.find(({ atMs }) => atMs === 4132)?.reply);
    const record = toBackup(statusReply.parse(call?.reply), reading);
    const known = toLiveLines(log.lines.map(({ content }) => content)).filter(
      ({ text: words }) => !words.startsWith('0 files, 0 B'),
    );
    const upToRecord = known.slice(0, -1);
    const refined = refineFromLog(record, upToRecord);
    expect(refined.progress?.processedBytes).toBe(record.progress?.processedBytes);
    const ratio = (refined.progress?.bytesPerSecond ?? 0) / (record.progress?.bytesPerSecond ?? 1);
    expect(ratio).toBeGreaterThan(0.999);
    expect(ratio).toBeLessThan(1.001);
  });

  it('leaves a record that is ahead of it alone', () => {
    expect(refineFromLog(running, [at(0, 999_999)])).toBe(running);
  });

  it('takes no speed from lines that are too close, and never one below zero', () => {
    expect(refineFromLog(running, [at(0, 2_000_000), at(0.2, 3_000_000)]).progress?.bytesPerSecond).toBeNull();
    expect(refineFromLog(running, [at(0, 5_000_000), at(2, 3_000_000)]).progress?.bytesPerSecond).toBeNull();
  });

  it('knows no rest while nothing moves', () => {
    const { progress } = refineFromLog(running, [at(0, 2_000_000), at(2, 2_000_000)]);
    expect(progress?.bytesPerSecond).toBe(0);
    expect(progress?.secondsRemaining).toBeNull();
  });

  it('stays below 100 percent', () => {
    expect(refineFromLog(running, [at(0, 7_000_000)]).progress?.percent).toBe(99.9);
  });

  it('is for running backups with lines that count something', () => {
    const ended = toBackup(row('status ok'), reading);
    expect(refineFromLog(ended, [at(0, 7_000_000)])).toBe(ended);
    expect(refineFromLog(running, [])).toBe(running);
    expect(
      refineFromLog(running, [toLogLine('{"type": "archive_progress", "finished": true, "time": 1795306950}')]),
    ).toBe(running);
  });
});

it('half a character in a line is replaced, and a number that is none costs only itself', () => {
  const line = toLogLine(
    '{"type":"log_message","message":"/home/caf\\udce9: denied","levelname":"WARNING","time":1e300}',
  );
  expect(line).toMatchObject({ text: '/home/caf\ufffd: denied', level: 'WARNING', at: null });
  expect(toLogLine('plain \udce9').raw).toBe('plain \ufffd');
  expect(toLogLine('{"type":"log_message","message":"fine","nfiles":{}}').text).toBe('fine');
});
