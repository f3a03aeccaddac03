/** A map whose keys the user chooses, such as external ids. */
import { z } from 'zod';
import { suggestKeys } from './unknown-keys.ts';

/**
 * The output is a Map: zod silently drops a key `__proto__` from an object; here it is a key like any other. `error` is
 * the message where the value is not a map, or has an empty key.
 */
export const mapOf = <Value extends z.ZodType>(value: Value, error: string) =>
  z
    .unknown()
    .transform((given, context): ReadonlyMap<string, z.output<Value>> => {
      const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
      if (!isObject || Object.hasOwn(given, '')) {
        context.issues.push({ code: 'custom', message: error, input: undefined });
        return z.NEVER;
      }
      const read = new Map<string, z.output<Value>>();
      for (const [key, item] of Object.entries(given)) {
        const parsed = value.safeParse(item, { error: suggestKeys });
        if (parsed.success) read.set(key, parsed.data);
        else {
          const issues = parsed.error.issues.map((issue) => ({
            ...issue,
            path: [key, ...issue.path],
            input: undefined,
          }));
          context.issues.push(...(issues as never[]));
        }
      }
      return read;
    })
    .meta({ type: 'object', additionalProperties: z.toJSONSchema(value, { io: 'input' }) });
