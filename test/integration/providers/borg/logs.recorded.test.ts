/** Answers of the real product about the end of a log, each given to every request. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { borg } from '../../../../providers/borg/index.ts';
import type { LogRead } from '../../../../src/core/provider.ts';
import { get, open } from '../../../support/borg.ts';
import { replayOne } from '../../../support/borg-replay.ts';
import { never } from '../../../support/calls.ts';

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/borg/wire2/${name}.json`, import.meta.url), 'utf8'));

async function readOf(body: unknown, limit: number | null): Promise<LogRead> {
  await using fixture = await open();
  const backup = { ...(await get(fixture.provider, 5)), status: 'CANCELLED' as const };
  await using replay = await replayOne({ label: 'recorded', status: 200, body });
  const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
  const read = await provider.readLog?.(backup, { offset: 0, limit }, never());
  await provider.close();
  if (!read) throw new Error('Borg UI has logs');
  return read;
}

describe.each([null, 2])('a recorded answer about a log (limit %s)', (limit) => {
  it('that is only the last lines is numbered by the product', async () => {
    const read = await readOf(recorded('cancelled-log-first-page'), limit);
    expect(read).toMatchObject({ firstNumber: 43, hasMore: false, state: 'complete' });
    expect(read.lines.map(({ text }) => text)).toEqual(['Received SIGTERM', 'terminating with signal status, rc 143']);
  });

  it('that is an error message in the place of a log is no log', async () => {
    expect(await readOf(recorded('failed-no-log-activity'), limit)).toMatchObject({ lines: [], state: 'discarded' });
  });
});
