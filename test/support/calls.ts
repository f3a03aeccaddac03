/** What the tests of every provider need to call it. */
import { GatewayError } from '../../src/core/errors.ts';

export const never = (): AbortSignal => new AbortController().signal;

export async function failureOf(call: Promise<unknown> | undefined): Promise<GatewayError> {
  const thrown = await Promise.resolve(call).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof GatewayError) return thrown;
  throw new Error(`a GatewayError was expected instead of ${String(thrown)}`);
}
