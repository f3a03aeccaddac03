/** The type of a JSON Schema as Markdown: `integer (1 to 100)`. */
import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

export function typeOf(schema: Schema): string {
  const { anyOf, enum: values, items, minItems, maxItems, type } = schema;
  if (anyOf) return anyOf.map((one) => typeOf(one as Schema)).join(' or ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (items) return `list${rangeOf(minItems, maxItems)} of ${typeOf(items as Schema)}`;
  if (type === 'integer' || type === 'number') return type + numbersOf(schema);
  if (type === 'string') return { uri: 'URL', 'date-time': 'time (ISO 8601)' }[schema.format ?? ''] ?? 'string';
  if (type === 'object') return 'map';
  return [type].flat().join(' or ');
}

function numbersOf({ exclusiveMinimum, minimum, maximum }: Schema): string {
  if (exclusiveMinimum === undefined) return rangeOf(minimum, maximum);
  return isBound(maximum) ? ` (above ${exclusiveMinimum}, up to ${toText(maximum)})` : ` (above ${exclusiveMinimum})`;
}

function rangeOf(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && isBound(max)) return ` (${toText(min)} to ${toText(max)})`;
  if (isBound(max)) return ` (up to ${toText(max)})`;
  return min === undefined ? '' : ` (${toText(min)} or more)`;
}

/** zod bounds every integer by the largest safe one. */
const isBound = (max: number | undefined): max is number => max !== undefined && max !== Number.MAX_SAFE_INTEGER;

const toText = (value: number): string => value.toLocaleString('en');
