/** The command `history status`: how much of each provider is stored. */
import type { CountedCoverage } from '../../core/history.ts';
import { formatInstant } from '../../core/instant.ts';
import { readHistoryStatus } from '../../history/status.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const { providers, storage } = await readConfig(flags, terminal);
  const stored = await readHistoryStatus(storage.url);
  const width = Math.max(...providers.map(({ name }) => name.length));
  for (const { name } of providers) {
    const coverage = stored.get(name);
    terminal.say(`${name.padEnd(width)}  ${coverage ? describe(coverage) : 'nothing is stored yet'}`);
  }
  return 0;
};

const cells = 20;

function describe({ from, asOf, isComplete, rows, progress, problem }: CountedCoverage): string {
  const filled = progress === null ? 0 : Math.floor(progress * cells);
  const share = progress === null ? '  ?' : `${Math.floor(progress * 100)}`.padStart(3);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(cells - filled)}] ${share} %`;
  const since = from === null ? '' : ` since ${formatInstant(from).slice(0, 10)}`;
  const until = asOf === null ? '' : `, as of ${formatInstant(asOf)}`;
  const more = isComplete ? '' : ', not complete';
  return `${bar}  ${rows} backups${since}${until}${more}${problem === null ? '' : `\n    ${problem}`}`;
}
