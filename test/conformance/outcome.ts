/** How a call ended, and what every failure must look like whichever it is. */
import { expect } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { SandboxWorld } from './suite.ts';

/** Longest that a test waits for something that should be prompt; a call that needs it has failed. */
const patienceMs = 5000;

export type Ended<T> = { readonly error: GatewayError } | { readonly value: T };

/** The answer or the GatewayError. Anything else that is thrown, and a call that does not end, fails the test. */
export async function endOf<T>(call: Promise<T>, withinMs = patienceMs): Promise<Ended<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The call was still open after ${withinMs} ms.`)), withinMs);
  });
  try {
    return { value: await Promise.race([call, late]) };
  } catch (error) {
    if (error instanceof GatewayError) return { error };
    throw new Error(`Something else than a GatewayError was thrown: ${String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The error that a call must end with. */
export async function failureOf(call: Promise<unknown>, withinMs?: number): Promise<GatewayError> {
  const ended = await endOf(call, withinMs);
  if ('error' in ended) return ended.error;
  throw new Error(`The call should have failed, and answered ${JSON.stringify(ended.value)?.slice(0, 300)}.`);
}

/** A sentence for people, which gives nothing away. */
export function expectPresentable({ message }: GatewayError, fixture: SandboxWorld | null): void {
  expect(message, 'a sentence').toMatch(/^\S.*[.?]$/);
  expect(message.length, 'the length of a sentence').toBeLessThan(400);
  expect(message, 'no URL').not.toMatch(/https?:|127\.0\.0\.1|\/api\//);
  expect(message, 'no stack, no HTML, no JSON').not.toMatch(/\n|\bat \w+.*:\d+|<\w|\{"|\[object/);
  for (const secret of fixture ? secretsOf(fixture) : []) expect(message, 'no secret').not.toContain(secret);
}

/** What the configuration hides, and every token that was sent. */
function secretsOf({ sandbox }: SandboxWorld): string[] {
  const configured = Object.entries(sandbox.config).filter(([name]) => /password|token|secret|key/i.test(name));
  const sent = sandbox.requests.flatMap(({ headers }) =>
    [headers.authorization, headers.cookie, headers['token']].flat(),
  );
  const texts = [...configured.map(([, value]) => value), ...sent];
  return texts.flatMap((text) => (typeof text === 'string' && text !== '' ? [text.replace(/^\w+ /, '')] : []));
}
