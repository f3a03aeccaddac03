/** The command `configuration`: the reference of the configuration, as Markdown. */
import { products } from '../../../providers/index.ts';
import { toMarkdown } from '../../config/documentation.ts';
import { listTables } from '../../config/reference.ts';
import type { Command } from '../command.ts';

export const run: Command = async (_flags, terminal) => {
  terminal.say(toMarkdown(listTables(products)).trimEnd());
  return 0;
};
