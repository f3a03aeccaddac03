/** The log of one backup, whole, in pages, and for download. */
import { describe, expect } from 'vitest';
import { type Backup, isFinished, type LocalId } from '../../src/core/model.ts';
import type { LogQuery, LogRead, Provider } from '../../src/core/provider.ts';
import { cutsBody } from '../support/faults.ts';
import { expectValidBackup, expectValidLine } from './model.ts';
import { endOf, expectPresentable, failureOf } from './outcome.ts';
import { known, never, type Suite } from './suite.ts';

/** Enough to see how pages follow each other, where a log has hundreds of lines. */
const maxPages = 12;
const whole: LogQuery = { offset: 0, limit: null };

export function describeLogs(suite: Suite): void {
  const { check, facts } = suite;

  describe('the log of a finished backup', () => {
    check('is complete, numbered from 1, of valid lines', ['READ_LOG', 'loggedBackup'], async () => {
      await using fixture = await suite.open();
      const log = await readLog(fixture.provider, known(facts.loggedBackup), whole);
      expect(log).toMatchObject({ state: 'complete', hasMore: false, firstNumber: 1 });
      expect(log.lines.length, 'lines of a log that pages are made of').toBeGreaterThan(2);
      for (const line of log.lines) expectValidLine(line);
    });

    for (const limit of [1, 7, 100]) {
      check(`is the same in pages of ${limit}, numbered without a gap`, ['READ_LOG', 'loggedBackup'], async () => {
        await using fixture = await suite.open();
        const id = known(facts.loggedBackup);
        const { lines } = await readLog(fixture.provider, id, whole);
        const paged = [];
        for (let pages = 0, hasMore = true; hasMore && pages < maxPages; pages++) {
          const page = await readLog(fixture.provider, id, { offset: paged.length, limit });
          expect(page).toMatchObject({ firstNumber: paged.length + 1, state: 'complete' });
          expect(page.lines.length, 'lines of a page').toBeLessThanOrEqual(limit);
          if (page.hasMore) expect(page.lines.length, 'lines of a page that has more after it').toBeGreaterThan(0);
          paged.push(...page.lines);
          hasMore = page.hasMore;
          if (!hasMore) expect(paged, 'lines of all pages').toHaveLength(lines.length);
        }
        expect(paged).toEqual(lines.slice(0, paged.length));
      });
    }

    check('goes on from any line to its end', ['READ_LOG', 'loggedBackup'], async () => {
      await using fixture = await suite.open();
      const id = known(facts.loggedBackup);
      const { lines } = await readLog(fixture.provider, id, whole);
      for (const offset of [1, lines.length - 1]) {
        const rest = await readLog(fixture.provider, id, { offset, limit: null });
        expect(rest).toMatchObject({
          lines: lines.slice(offset),
          hasMore: false,
          state: 'complete',
          firstNumber: offset + 1,
        });
      }
    });

    for (const limit of [null, 5]) {
      check(`has no lines past its end (limit ${limit})`, ['READ_LOG', 'loggedBackup'], async () => {
        await using fixture = await suite.open();
        const id = known(facts.loggedBackup);
        const { length } = (await readLog(fixture.provider, id, whole)).lines;
        for (const offset of [length, length + 1000]) {
          const past = await readLog(fixture.provider, id, { offset, limit });
          expect(past).toMatchObject({ lines: [], hasMore: false, state: 'complete' });
        }
      });
    }

    check('is what is offered for download', ['READ_LOG', 'DOWNLOAD_LOG', 'loggedBackup'], async () => {
      await using fixture = await suite.open();
      const id = known(facts.loggedBackup);
      const bytes = await fixture.provider.downloadLog?.(id, never());
      const { lines } = await readLog(fixture.provider, id, whole);
      const text = await textOf(known(bytes ?? null));
      for (const { raw } of lines) expect(text).toContain(raw);
    });
  });

  describe('the log of a running backup', () => {
    check('is growing, of valid lines', ['READ_LOG', 'runningBackup'], async () => {
      await using fixture = await suite.open();
      await fixture.pass(5);
      const log = await readLog(fixture.provider, known(facts.runningBackup), whole);
      expect(log.state).toBe('growing');
      for (const line of log.lines) expectValidLine(line);
    });

    check('shows nothing but what the backup may be refined by', ['READ_LOG', 'runningBackup', 'SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      const id = known(facts.runningBackup);
      await fixture.pass(5);
      const { lines } = await readLog(fixture.provider, id, whole);
      const backup = deepFrozen(await backupOf(fixture.provider, id));
      const refined = fixture.provider.refineFromLog?.(backup, deepFrozen(lines)) ?? backup;
      expectValidBackup(fixture.provider, refined);
      expect(isFinished(refined.status)).toBe(false);
    });
  });

  describe('the log of a backup that is not there', () => {
    check('is NOT_FOUND, or empty and discarded', ['READ_LOG', 'finishedBackup'], async () => {
      await using fixture = await suite.open();
      const gone = { ...(await backupOf(fixture.provider, known(facts.finishedBackup))), localId: facts.unknownBackup };
      const ended = await endOf(known(fixture.provider.readLog?.(gone, whole, never()) ?? null));
      if ('error' in ended) expect(ended.error.code).toBe('NOT_FOUND');
      else expect(ended.value).toMatchObject({ lines: [], hasMore: false, state: 'discarded' });
    });

    check('is not offered for download', ['DOWNLOAD_LOG'], async () => {
      await using fixture = await suite.open();
      expect(await (fixture.provider.downloadLog?.(facts.unknownBackup, never()) ?? null)).toBeNull();
    });
  });

  describe('a download', () => {
    check('that is cut in the middle ends in a GatewayError', ['DOWNLOAD_LOG', 'loggedBackup', 'SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      await fixture.provider.listEntities(never());
      fixture.proxy.fail(cutsBody());
      const error = await failureOf(download(fixture.provider, known(facts.loggedBackup)));
      expect(error.code).toBe('PROVIDER_UNAVAILABLE');
      expectPresentable(error, fixture);
    });
  });
}

async function download(provider: Provider, id: LocalId): Promise<string> {
  const bytes = await provider.downloadLog?.(id, never());
  return textOf(known(bytes ?? null));
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function backupOf(provider: Provider, id: LocalId): Promise<Backup> {
  const [backup] = await provider.getBackups([id], never());
  return known(backup ?? null);
}

async function readLog(provider: Provider, id: LocalId, query: LogQuery): Promise<LogRead> {
  const backup = await backupOf(provider, id);
  return known(provider.readLog?.(backup, query, never()) ?? null);
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const field of Object.values(Object.freeze(value))) deepFrozen(field);
  return value;
}
