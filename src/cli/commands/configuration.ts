/** The command `configuration`: the reference of the configuration, as Markdown. */
import { products } from '../../../providers/index.ts';
import { toMarkdown } from '../../config/documentation.ts';
import { listTables } from '../../config/reference.ts';
import type { Command } from '../command.ts';
import { say } from '../print.ts';

export const run: Command = async () => {
  say(toMarkdown(listTables(products)).trimEnd());
  return 0;
};
