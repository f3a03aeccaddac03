/** How many commands each field of a mutation stands for: one, or what its extension `commands` says of its arguments. */
import { type ExecutionArgs, getArgumentValues, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { rootFields } from './measure.ts';

export interface CountedCommand {
  /** Name of the field. */
  readonly command: string;
  readonly count: number;
}

/** What an extension `commands` is. */
type CommandsOf = (given: Readonly<Record<string, unknown>>) => number;

export function countCommands(
  { schema, document, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
): CountedCommand[] {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}).coerced ?? {};
  return rootFields(document, operation).map((node) => {
    const command = node.name.value;
    const field = fields[command];
    const commandsOf = field?.extensions['commands'] as CommandsOf | undefined;
    if (!field || !commandsOf) return { command, count: 1 };
    try {
      return { command, count: Math.max(commandsOf(getArgumentValues(field, node, variables)), 1) };
    } catch {
      // The executor refuses its arguments.
      return { command, count: 1 };
    }
  });
}
