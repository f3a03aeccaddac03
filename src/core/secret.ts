import { inspect } from 'node:util';
import { z } from 'zod';
import { keepSecret } from './secret-redaction.ts';

/** Text that must not be seen: however it is printed, joined or serialised, it says `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    keepSecret(text);
  }

  /** The text itself. Only what sends it to its product calls this. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** A secret in a configuration. */
export const secret = () =>
  z
    .string()
    .min(1)
    .transform((text) => new Secret(text));
