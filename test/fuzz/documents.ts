/** Random documents that the schema allows, with variables, and the same with something broken in them. */
import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Draws numbers from 0 to 1, exclusively. */
type Draw = () => number;

export interface FuzzedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const pick = <T>(draw: Draw, values: readonly T[]): T => values[Math.floor(draw() * values.length)] as T;

/** Texts that have broken something somewhere before. */
export const strangeTexts: readonly string[] = [
  '',
  '0',
  '-1',
  'null',
  '__proto__',
  'constructor',
  '../../admin',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '<script>',
  '\u0000',
  '\ud800',
  '\u202e',
  '9'.repeat(400),
  'a'.repeat(5_000),
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-00-00',
  'Qm9yZ0JhY2t1cDpmaWxlczo0MDU',
  'eyJhbGciOiJub25lIn0.e30.',
];

const strangeNumbers = [0, -1, 1, 200, 201, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 1e308, 0.5];

export interface DocumentOptions {
  /** Ids and cursors that mean something. */
  readonly known: readonly string[];
  readonly roots: readonly ('query' | 'mutation' | 'subscription')[];
}

/** One operation with one to three root fields, at most `depth` deep. */
export function drawOperation(schema: GraphQLSchema, draw: Draw, { known, roots }: DocumentOptions): FuzzedOperation {
  const kind = pick(draw, roots);
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind] as GraphQLObjectType;
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const maxDepth = 2 + Math.floor(draw() * 5);

  function argument(arg: GraphQLArgument): string {
    const value = drawValue(arg.type, draw, known);
    if (draw() < 0.3) {
      const name = `v${declared.length}`;
      variables[name] = value;
      declared.push(`$${name}: ${String(arg.type)}`);
      return `${arg.name}: $${name}`;
    }
    return `${arg.name}: ${literal(value, arg.type)}`;
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    if (isUnionType(type)) {
      return `{ __typename ${schema
        .getPossibleTypes(type)
        .filter(() => draw() < 0.5)
        .map((possible) => `... on ${possible.name} ${selection(possible, depth)}`)
        .join(' ')} }`;
    }
    if (!('getFields' in type)) return '';
    const fields = Object.values((type as GraphQLObjectType).getFields());
    const chosen = fields.filter(() => draw() < 4 / fields.length + 0.1).slice(0, depth === 0 ? 2 : 6);
    const parts = chosen.flatMap((field) => {
      const inner = getNamedType(field.type as GraphQLOutputType);
      if (isCompositeType(inner) && depth >= maxDepth) return [];
      const needed = field.args.filter((arg) => isNonNullType(arg.type) || draw() < 0.3);
      const args = needed.length === 0 ? '' : `(${needed.map(argument).join(', ')})`;
      const alias = draw() < 0.1 ? `a${Math.floor(draw() * 9)}: ` : '';
      return [`${alias}${field.name}${args} ${isCompositeType(inner) ? selection(inner, depth + 1) : ''}`];
    });
    const possible = isObjectType(type) || draw() < 0.5 ? [] : [...schema.getPossibleTypes(type as never)];
    const cases = possible.slice(0, 2).map((one) => `... on ${one.name} ${selection(one, depth + 1)}`);
    return `{ __typename ${[...parts, ...cases].join(' ')} }`;
  }

  const body = selection(root, 0);
  const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
  return { query: `${kind} Fuzz${head} ${body}`, variables };
}

function drawValue(type: GraphQLInputType, draw: Draw, known: readonly string[], depth = 0): unknown {
  if (isNonNullType(type)) return drawValue(type.ofType, draw, known, depth) ?? drawLeaf(type.ofType, draw, known);
  if (draw() < 0.1) return null;
  if (isListType(type)) {
    const length = draw() < 0.05 ? 300 : Math.floor(draw() * 4);
    return Array.from({ length }, () => drawValue(type.ofType as GraphQLInputType, draw, known, depth + 1));
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth < 3 && draw() < 0.4),
    );
    return Object.fromEntries(fields.map((field) => [field.name, drawValue(field.type, draw, known, depth + 1)]));
  }
  return drawLeaf(type, draw, known);
}

function drawLeaf(type: GraphQLInputType, draw: Draw, known: readonly string[]): unknown {
  if (isListType(type)) return [];
  if (isInputObjectType(type)) return {};
  if (isEnumType(type)) return draw() < 0.05 ? 'NO_SUCH_VALUE' : pick(draw, type.getValues()).name;
  const { name } = getNamedType(type);
  if (draw() < 0.03) return pick(draw, [{ deep: [[[[]]]] }, [], true, 'x', 17]);
  if (name === 'Int' || name === 'Float' || name === 'ByteCount') {
    return draw() < 0.3 ? pick(draw, strangeNumbers) : Math.floor(draw() * 30);
  }
  if (name === 'Boolean') return draw() < 0.5;
  if (name === 'DateTime') return draw() < 0.3 ? pick(draw, strangeTexts) : '2026-11-01T00:00:00Z';
  return draw() < 0.4 ? pick(draw, strangeTexts) : breakText(pick(draw, known), draw, 0.3);
}

/** As GraphQL writes it. */
function literal(value: unknown, type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields: Record<string, { type: GraphQLInputType }> = isInputObjectType(named) ? named.getFields() : {};
    const parts = Object.entries(value).map(([name, item]) => `${name}: ${literal(item, fields[name]?.type ?? type)}`);
    return `{${parts.join(', ')}}`;
  }
  if (typeof value === 'string') return isEnumType(named) ? value : JSON.stringify(value);
  return String(value);
}

const fragments = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  '"""',
  '$',
  '@skip(if: true)',
  '...',
  '!',
  ':',
  '#',
  '\\u',
  '\u0000',
];

/** With a chance of `rate`, one to three changes of the kind that mistakes and attackers make. */
export function breakText(text: string, draw: Draw, rate = 1): string {
  if (draw() >= rate) return text;
  let broken = text;
  for (let change = 0; change <= draw() * 3; change++) {
    const at = Math.floor(draw() * (broken.length + 1));
    const length = Math.floor(draw() * 6);
    broken = pick(draw, [
      () => broken.slice(0, at) + broken.slice(at + length),
      () => broken.slice(0, at) + pick(draw, fragments) + broken.slice(at),
      () => broken.slice(0, at) + broken.slice(at, at + length).repeat(3) + broken.slice(at + length),
      () => broken.slice(0, at) + String.fromCharCode(Math.floor(draw() * 0xffff)) + broken.slice(at + 1),
      () => broken.slice(0, at),
    ])();
  }
  return broken;
}

/** A source of numbers for one run; fast-check prints and replays the seed. */
export const draws = fc.integer().map((seed): Draw => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
});
