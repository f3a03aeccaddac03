/** Why an answer is missing, for people. */
import type { CombinedError } from '@urql/core';
import { texts } from '../text/texts.ts';

export interface Failure {
  /** A code of the gateway; `NETWORK`: it did not answer. */
  readonly code: string;
  readonly message: string;
}

export function toFailure({ graphQLErrors, networkError }: CombinedError): Failure {
  const [first] = graphQLErrors;
  if (first) return { code: String(first.extensions['code'] ?? 'INTERNAL'), message: first.message };
  return { code: 'NETWORK', message: networkError ? texts.errors.gatewayDown : texts.errors.unexpected };
}
