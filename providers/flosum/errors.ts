/** What a refusal of Flosum means. Its bodies are `{"message", "error", "statusCode"}`, with a text or a list of texts. */
import { GatewayError } from '../../src/core/errors.ts';
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { cutText, trimEndOf } from '../../src/core/text.ts';
import type { RefusedAnswer } from '../../src/upstream/contract.ts';
import { refusalReply } from './wire.ts';

/** The product's own sentences, as the cause of an error: an adapter's method may need them, and no client sees them raw. */
class FlosumRefusal extends Error {
  readonly sentences: readonly string[];

  constructor(sentences: readonly string[]) {
    // A body may be a megabyte.
    super(`Flosum answered: ${sentences.join('; ').slice(0, 10_000)}`);
    this.sentences = sentences;
  }
}

/** For `createUpstream`: null leaves the answer to the meaning of its status. */
export const createExplain =
  (provider: string) =>
  ({ status, body, isCommand }: RefusedAnswer): GatewayError | null => {
    if (status === 401) {
      const message = `${provider} refuses the configured token. It may have expired, so put a new one into the configuration.`;
      return new GatewayError('PROVIDER_UNAUTHENTICATED', message);
    }
    const sentences = sentencesOf(body);
    const cause = new FlosumRefusal(sentences);
    if (status === 404 && !isCommand && isUnknownRoute(sentences)) {
      const message = `${provider} does not know a call of Flosum: is its address in the configuration complete, and is it a Flosum Backup service?`;
      return new GatewayError('PROVIDER_INVALID_RESPONSE', message, { cause });
    }
    const reason = toReason(isUnknownRoute(sentences) ? [] : sentences);
    if (status === 400)
      return new GatewayError('BAD_USER_INPUT', `${provider} refuses what was asked${reason}.`, { cause });
    if (status === 404) return new GatewayError('NOT_FOUND', `${provider} has no such thing${reason}.`, { cause });
    if (status === 409)
      return new GatewayError('CONFLICT', `${provider} says that something is in the way${reason}.`, { cause });
    return null;
  };

function sentencesOf(body: unknown): string[] {
  const message = refusalReply.safeParse(body).data?.message ?? [];
  const all = typeof message === 'string' ? [message] : message;
  // Nobody reads more than the first of them.
  return all.slice(0, 20);
}

/** The framework's answer to an unknown path; any other 404 is about an id. */
const isUnknownRoute = (sentences: readonly string[]): boolean =>
  sentences.some((text) => /^Cannot [A-Z]+ \//.test(text));

const maxReasonLength = 250;

function toReason(sentences: readonly string[]): string {
  const text = [...new Set(sentences.map(plain))].filter((sentence) => sentence !== '').join('; ');
  return text === '' ? '' : `: ${cutText(text, maxReasonLength)}`;
}

/** Text of the product's own as part of a sentence: what is fit for people of it, without paths and a full stop. */
export const plain = (text: string): string =>
  trimEndOf(
    sanitizeText(text)
      .replace(/\/api\/\S*/gi, '[address]')
      .replace(/[{}"]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    '.;:',
  );

const sentencesBehind = (error: unknown): readonly string[] =>
  error instanceof GatewayError && error.cause instanceof FlosumRefusal ? error.cause.sentences : [];

/** One value of a list was not taken for a list. */
export const isArrayRefusal = (error: unknown): boolean =>
  sentencesBehind(error).some((text) => /\bmust be an array\b/i.test(text));

/** The product wants another description than the one it was given. */
export const isDescriptionRefusal = (error: unknown): boolean =>
  error instanceof GatewayError &&
  error.code === 'BAD_USER_INPUT' &&
  sentencesBehind(error).some((text) => /^description\b/i.test(text));

/** The product refuses the template, whether it is a wrong number or there is no such template. */
export const isTemplateRefusal = (error: unknown): error is GatewayError =>
  error instanceof GatewayError &&
  (error.code === 'BAD_USER_INPUT' || error.code === 'NOT_FOUND') &&
  sentencesBehind(error).some((text) => /template/i.test(text));

/** A path that this server does not have. */
export const isMissingRoute = (error: unknown): boolean => isUnknownRoute(sentencesBehind(error));
