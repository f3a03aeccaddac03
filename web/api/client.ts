/** Queries and commands over HTTP. Nothing is cached: what is shown is what the gateway says now. */
import { type AnyVariables, Client, type DocumentInput, fetchExchange } from '@urql/core';
import { type Failure, toFailure } from './failure.ts';
import { urlOf } from './place.ts';
import { refuse, session } from './session.ts';

const client = new Client({
  url: urlOf('/graphql'),
  preferGetMethod: false,
  exchanges: [fetchExchange],
  fetchOptions: () => ({ headers: authorization(session.get().token) }),
});

const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

export interface Reply<Data> {
  readonly data: Data | null;
  /** Why the data, or a part of it, is missing. */
  readonly failure: Failure | null;
}

type Kind = 'query' | 'mutation';

async function ask<Data, Variables extends AnyVariables>(
  kind: Kind,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Reply<Data>> {
  const { token } = session.get();
  const { data, error } = await client[kind]<Data, Variables>(document, variables, {
    requestPolicy: 'network-only',
  }).toPromise();
  const failure = error ? toFailure(error) : null;
  if (failure?.code === 'UNAUTHENTICATED') refuse(token);
  return { data: data ?? null, failure };
}

export const query = <Data, Variables extends AnyVariables>(
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Reply<Data>> => ask('query', document, variables);

export const command = <Data, Variables extends AnyVariables>(
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Reply<Data>> => ask('mutation', document, variables);

/** The log of a backup as text, with the same token. */
export async function download(url: string): Promise<Blob> {
  const response = await fetch(url, { headers: authorization(session.get().token) });
  if (!response.ok) throw new Error(await response.text());
  return response.blob();
}
