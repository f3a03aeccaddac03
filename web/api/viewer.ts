/** Who is signed in, and with which rights. */
import { createContext, useContext } from 'react';
import { graphql } from '../gql/gql.ts';
import type { ViewerQuery } from '../gql/graphql.ts';

export const ViewerDocument = graphql(/* GraphQL */ `
  query Viewer {
    viewer {
      name
      role
      providers {
        name
        kind
        capabilities
      }
    }
  }
`);

export type Viewer = ViewerQuery['viewer'];

export const ViewerContext = createContext<Viewer>({ name: '', role: 'READER', providers: [] });
export const useViewer = (): Viewer => useContext(ViewerContext);
