/** What a pretended product answers. */
import type { System } from '../systems.ts';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: readonly string[];
  /** Rows of a list of backups; null for any other answer. */
  readonly rows: number | null;
}

export interface Question {
  /** `GET /path`, without the query. */
  readonly call: string;
  readonly query: URLSearchParams;
}

/** Null for a path that the product does not have. */
export type Product = (system: System, question: Question) => Answer | null;

export interface AnswerOptions {
  readonly rows?: number;
  readonly status?: number;
  readonly headers?: readonly string[];
}

export function json(body: unknown, { rows, status = 200, headers = [] }: AnswerOptions = {}): Answer {
  return { status, body: Buffer.from(JSON.stringify(body)), headers, rows: rows ?? null };
}

export const notFound = json({ message: 'Not Found', detail: 'Not Found' }, { status: 404 });

/** A number of the query; `otherwise` where it has none. */
export function numberOf(query: URLSearchParams, key: string, otherwise: number): number {
  const text = query.get(key);
  return text === null ? otherwise : Number(text);
}
