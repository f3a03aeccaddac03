/** Maps refusals of vProtect to errors. Bodies are `{"error": {"message"}}`, `{"message"}`, or an HTML page. */
import { type ErrorCode, GatewayError } from '../../src/core/errors.ts';
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { cutText, trimEndOf } from '../../src/core/text.ts';
import type { RefusedAnswer } from '../../src/upstream/contract.ts';
import { refusalReply } from './wire.ts';

/** Only statuses whose replies have no `Retry-After` to respect. */
const meanings = new Map<number, readonly [code: ErrorCode, sentence: string]>([
  [400, ['BAD_USER_INPUT', 'refuses what was asked']],
  [403, ['PROVIDER_FORBIDDEN', 'says that the configured account may not do this']],
  [404, ['NOT_FOUND', 'has no such thing']],
  [409, ['CONFLICT', 'says that something is in the way']],
  [422, ['BAD_USER_INPUT', 'refuses what was asked']],
]);

/** For `createUpstream`; null: the error follows from the status. */
export const createExplain =
  (provider: string) =>
  ({ status, body }: RefusedAnswer): GatewayError | null => {
    const [code, sentence] = meanings.get(status) ?? [];
    const reason = toReason(body);
    return code && sentence && reason ? new GatewayError(code, `${provider} ${sentence}: ${reason}.`) : null;
  };

const maxReasonLength = 250;

function toReason(body: unknown): string | null {
  const { data } = refusalReply.safeParse(body);
  return data === undefined ? null : plain(data, maxReasonLength) || null;
}

/** Longer than any that is shown, since names of classes are taken out of it. */
const maxRead = 2_000;

/** More than `sanitizeText` reads, so that it is the one to cut: it leaves no half of a secret. */
const maxTraced = 21_000;

/** Where the stack of an exception begins, ` at com.storware.Task.run(Task.java:7)`, nothing more is meant for people. */
function beforeTrace(text: string): string {
  const place = text.search(/\sat [\w$.]{1,200}\([^()]{0,500}\)/);
  return place < 0 ? text : text.slice(0, place).trimEnd();
}

/** Text of the product's own as a part of a sentence: what is fit for people of it, without paths, classes and a full stop. */
export function plain(text: string, maxLength: number): string {
  const cleaned = sanitizeText(beforeTrace(text.slice(0, maxTraced)), maxRead)
    .replace(/\/api\/\S*/gi, '[address]')
    .replace(/\b(?:[a-z]\w{0,60}\.){1,15}[A-Z]\w{0,100}(?:Exception|Error)\b:?/g, ' ')
    .replace(/[{}"]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const line = trimEndOf(cleaned, '.;:');
  return cutText(line, maxLength);
}

/** The same as a sentence; null if nothing is left. */
export function toSentence(text: string | null | undefined, maxLength = 500): string | null {
  const line = plain(text ?? '', maxLength);
  return line === '' ? null : `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

/** vProtect has no such thing, or the configured account may not see it. */
export const isDenied = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && error.traits.isDenied;
