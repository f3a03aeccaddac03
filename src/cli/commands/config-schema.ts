/** The command `config schema`: the JSON Schema of the configuration, for editors. */
import { products } from '../../../providers/index.ts';
import { toEditorSchema } from '../../config/editor-schema.ts';
import type { Command } from '../command.ts';

export const run: Command = async (_flags, terminal) => {
  terminal.say(JSON.stringify(toEditorSchema(products), null, 2));
  return 0;
};
