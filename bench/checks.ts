/** What must hold before numbers are compared: all sides answer the same question with the same rows. */
import { deepStrictEqual } from 'node:assert/strict';
import type { Child } from './children.ts';
import { connectClient, parseAnswer } from './client.ts';
import type { Side } from './sides.ts';

/** What a side was seen to answer. */
export interface Look {
  readonly side: Side;
  readonly answer: unknown;
}

export async function lookAt(side: Side, { url }: Child, body: string): Promise<Look> {
  using client = await connectClient(url);
  return { side, answer: withoutIds(parseAnswer(await client.post(body))) };
}

/** Throws where two of them differ, or where rows are missing. */
export function checkSameAnswers(looks: readonly Look[]): void {
  const [first, ...others] = looks;
  if (!first) return;
  const text = JSON.stringify(first.answer);
  if (text.includes('"errors"') || !text.includes('"name"')) throw new Error(`${first.side.name} answers ${text}`);
  if (text.includes('"code"')) throw new Error(`${first.side.name} says that rows are missing: ${text}`);
  for (const { side, answer } of others) {
    deepStrictEqual(answer, first.answer, `${side.name} and ${first.side.name} answer with different rows`);
  }
}

/** Ids and cursors are each one's own. */
const withoutIds = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value) => (key === 'id' || key === 'endCursor' ? undefined : value));
