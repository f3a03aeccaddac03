import { inspect } from 'node:util';
import { z } from 'zod';
import { keepSecret } from './secret-redaction.ts';

/** A secret text. Printing, joining or serialising it gives `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    keepSecret(text);
  }

  /** Returns the text. Call this only to send it to its product. */
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

/** Schema of a secret in a configuration. `writeOnly` tells readers of the schema that it is one. */
export const secret = () =>
  z
    .string()
    .min(1)
    .transform((text) => new Secret(text))
    .meta({ writeOnly: true });
