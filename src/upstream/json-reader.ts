/** Reads the JSON of an answer, or throws the error that its status and its explanation mean. */
import { GatewayError } from '../core/errors.ts';
import type { Stop } from '../core/stop.ts';
import { nextTurn } from '../core/turns.ts';
import { type Answer, errorForStatus, isRefusal, isSuccess, parseJson } from './answer.ts';
import type { RefusedAnswer, UpstreamOptions } from './contract.ts';

/** Characters from which parsing an answer takes a millisecond or more. */
const largeText = 100_000;

/** The request that was answered. */
interface Asked {
  readonly path: string;
  readonly isCommand: boolean;
}

export interface JsonReader {
  /** Null for an empty body. Throws GatewayErrors, and what reading the body throws. */
  read(answer: Answer, asked: Asked, stop: Stop): Promise<unknown>;
  /** Throws the error for an answer that is not 2xx. */
  refuse(answer: Answer, asked: Asked): Promise<never>;
}

export function createJsonReader(
  { provider, explain }: Pick<UpstreamOptions, 'provider' | 'explain'>,
  origin: string,
): JsonReader {
  async function refuse(answer: Answer, { path, isCommand }: Asked): Promise<never> {
    const { statusCode: status } = answer;
    const byStatus = errorForStatus(answer, { provider, isCommand, url: origin + path });
    let text: string;
    try {
      text = await answer.readText();
    } catch (error) {
      throw isCommand ? byStatus : error;
    }
    // An explanation does not prove that a command was not carried out unless its status does, and proxies send redirects.
    const isExplained = status >= 400 && (!isCommand || isRefusal(status));
    const refused: RefusedAnswer = { status, body: parseJson(text) ?? text, isCommand };
    throw (isExplained && explain?.(refused)) || byStatus;
  }

  async function read(answer: Answer, asked: Asked, stop: Stop): Promise<unknown> {
    if (!isSuccess(answer)) return refuse(answer, asked);
    const text = await answer.readText();
    // Several large answers may arrive in one turn of the event loop: each is parsed in a turn of its own.
    const isLarge = text.length > largeText && !asked.isCommand;
    if (isLarge) await nextTurn(stop);
    const json = answer.statusCode === 204 || text === '' ? null : parseJson(text);
    // Its rows are mapped in another turn.
    if (isLarge) await nextTurn(stop);
    if (json !== undefined) return json;
    const type = String(answer.headers['content-type'] ?? 'no content type');
    throw new GatewayError(
      'PROVIDER_INVALID_RESPONSE',
      `${provider} did not answer with JSON (${type.slice(0, 60)}): is there a login page or a proxy before it?`,
    );
  }

  return { read, refuse };
}
