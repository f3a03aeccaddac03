/** Maps refusals of Labii to errors. Bodies are `{"detail": text}`, a list of texts, a JSON text, or plain text. */
import { GatewayError } from '../../src/core/errors.ts';
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { trimEndOf } from '../../src/core/text.ts';
import type { RefusedAnswer } from '../../src/upstream/contract.ts';

/** The reply, as the cause of an error: for the adapter, never for clients. */
class LabiiRefusal extends Error {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    super(`Labii answered ${status}: ${text}`);
    this.status = status;
    this.text = text;
  }
}

const refusalOf = (error: unknown): LabiiRefusal | null =>
  error instanceof GatewayError && error.cause instanceof LabiiRefusal ? error.cause : null;

/** Whether Labii has no such object: it answers 406 to a wrong sid, never 404. */
export const isMissing = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.code === 'NOT_FOUND' || refusalOf(error)?.status === 406);

/** The list has no page of that number. */
export const isPastTheEnd = (error: unknown): boolean => {
  const refusal = refusalOf(error);
  return refusal?.status === 404 && /^invalid page\b/i.test(refusal.text);
};

type Explain = (answer: RefusedAnswer) => GatewayError | null;

/** For `createUpstream`; null: the error follows from the status. */
export const createExplain =
  (provider: string, hasToken: boolean): Explain =>
  ({ status, body }) => {
    const text = textOf(body);
    const options = { cause: new LabiiRefusal(status, text) };
    switch (status) {
      case 400:
        return new GatewayError('BAD_USER_INPUT', `${provider} refuses what was asked${quote(body)}.`, options);
      case 401:
        return hasToken ? new GatewayError('PROVIDER_UNAUTHENTICATED', `${provider} ${tokenEnded}.`, options) : null;
      case 403:
        return new GatewayError('PROVIDER_FORBIDDEN', `${provider} ${noAdministrator}.`, options);
      case 404:
        return explainNotFound(provider, body, options);
      case 405:
        return new GatewayError('UNSUPPORTED', `${provider} ${otherGeneration}.`, options);
      case 406:
        return /^wrong id\b/i.test(text)
          ? new GatewayError('NOT_FOUND', `${provider} has no organisation or backup of that sid.`, options)
          : new GatewayError('BAD_USER_INPUT', `${provider} refuses what was asked${quote(body)}.`, options);
      // After a 5xx a backup may have been made: the upstream decides by the status.
      default:
        return null;
    }
  };

const tokenEnded =
  'refuses the configured token. A login token ends after 30 idle minutes: configure an API key, or a username with its password';
const noAdministrator =
  'shows and makes backups only for administrators of the organisation, and the configured account is none';
const otherGeneration = 'cannot do this: does the generation in the configuration fit the server?';

/** For the login, where wrong credentials are 406 and never 401. */
export const createLoginExplain =
  (provider: string): Explain =>
  ({ status, body }) => {
    if (status === 404) return explainNotFound(provider, body, {});
    if (status !== 400 && status !== 403 && status !== 406) return null;
    const message = `${provider} refuses the configured username or password, or has locked the account after several wrong ones. It is not asked again for an hour.`;
    return new GatewayError('PROVIDER_UNAUTHENTICATED', message);
  };

/** An HTML page means that the server has no such path: it is Django's, or of another server. */
function explainNotFound(provider: string, body: unknown, options: { readonly cause?: unknown }): GatewayError {
  return typeof body === 'string' && body !== ''
    ? new GatewayError(
        'PROVIDER_INVALID_RESPONSE',
        `${provider} does not know a call of Labii: is its address in the configuration complete, with /v1 for that generation?`,
        options,
      )
    : new GatewayError('NOT_FOUND', `${provider} has no such thing.`, options);
}

/** The first text in any of the forms, or in the first field of an object. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return '';
  const [first] = Array.isArray(body) ? body : 'detail' in body ? [body.detail] : Object.values(body);
  return typeof first === 'string' || Array.isArray(first) ? textOf(first) : '';
}

const maxLength = 200;

/** Quotes only the forms of the contract: other fields may not be meant for people. */
function quote(body: unknown): string {
  const isKnown = typeof body !== 'object' || Array.isArray(body) || (body !== null && 'detail' in body);
  const plain = sanitizeText(isKnown ? textOf(body) : '', maxLength)
    .replaceAll('"', ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const phrase = trimEndOf(plain, '.');
  return phrase === '' ? '' : `: "${phrase}"`;
}
