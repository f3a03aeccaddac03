/** Whether the schema can be read. Rules of validation, so that they hold on every transport. */
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** It has the whole schema, as text. */
const noSubgraph: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '_service' || context.getParentType() !== context.getSchema().getQueryType()) return;
    const message =
      '"_service" is off, as introspection is: compose from the text that the command "subgraph" prints, or set server.introspection to true.';
    context.reportError(new GraphQLError(message, { nodes: [node] }));
  },
});

export const hideSchema: Plugin = {
  onValidate({ addValidationRule }) {
    addValidationRule(NoSchemaIntrospectionCustomRule);
    addValidationRule(noSubgraph);
  },
};
