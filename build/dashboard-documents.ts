/** Lists the operations of the dashboard exactly as it sends them, so that a gateway which executes only trusted documents knows them. */
import { createRequest, stringifyDocument } from '@urql/core';
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'vite';
import * as generated from '../web/gql/graphql.ts';

/** Beside `index.html`, and not below `assets`: it is never sent to a browser. */
const fileName = 'documents.json';

const isOperation = ({ definitions }: DocumentNode): boolean =>
  definitions.some(({ kind }) => kind === 'OperationDefinition');

export const listDocuments = (): Plugin => ({
  name: 'list-documents',
  apply: 'build',
  generateBundle() {
    const documents = (Object.values(generated) as unknown as DocumentNode[]).filter(isOperation);
    const texts = documents.map((document) => stringifyDocument(createRequest(document, {}).query));
    this.emitFile({ type: 'asset', fileName, source: JSON.stringify(texts) });
  },
});
