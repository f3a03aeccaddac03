/** The filters of lists as parameters of a URL: the same names and the same values as in GraphQL. */
import {
  coerceInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
} from 'graphql';
import { backupReports, protectionReports, type ReportRequest } from '../src/catalog/reports.ts';
import { badInput } from '../src/core/errors.ts';
import { cutText } from '../src/core/text.ts';
import { type BackupFilterInput, type EntityFilterInput, toEntityFilter, toListFilter } from './inputs.ts';

/** Null: there is no report of this name. Throws BAD_USER_INPUT. */
export type ReadReport = (name: string, parameters: URLSearchParams) => ReportRequest | null;

/** In seconds: longer than the history needs to see the newest backups. */
const usualAge = 3_600;
const maxAge = 10 ** 9;

export function createReadReport(schema: GraphQLSchema): ReadReport {
  const BackupFilter = schema.getType('BackupFilter') as GraphQLInputObjectType;
  const EntityFilter = schema.getType('ProtectedEntityFilter') as GraphQLInputObjectType;
  return (name, parameters) => {
    const ofBackups = backupReports.find((one) => one === name);
    if (ofBackups) {
      const { maxAgeSeconds, ...given } = group(parameters, BackupFilter, ['maxAgeSeconds']);
      const filter = toListFilter(toInput(given, BackupFilter) as BackupFilterInput);
      return { name: ofBackups, filter, maxAgeSeconds: toAge(maxAgeSeconds) };
    }
    const ofProtection = protectionReports.find((one) => one === name);
    if (!ofProtection) return null;
    const given = toInput(group(parameters, EntityFilter), EntityFilter);
    return { name: ofProtection, filter: toEntityFilter(given as EntityFilterInput) };
  };
}

type Values = Record<string, readonly string[]>;

/** The values of each parameter. A field of a product's filter is named like `vprotect.entityType`. */
function group(parameters: URLSearchParams, filter: GraphQLInputObjectType, more: readonly string[] = []): Values {
  const known = [...more, ...namesOf(filter)];
  const unknown = [...parameters.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw badInput(`There is no parameter "${cutText(unknown, 40)}". There are: ${known.join(', ')}.`);
  }
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
}

const namesOf = (type: GraphQLInputObjectType): string[] =>
  Object.values(type.getFields()).flatMap(({ name, type: field }) => {
    const inner = getNullableType(field);
    return isInputObjectType(inner) ? namesOf(inner).map((one) => `${name}.${one}`) : name;
  });

function toInput(values: Values, filter: GraphQLInputObjectType): unknown {
  const input: Record<string, unknown> = {};
  for (const [path, given] of Object.entries(values)) {
    const [name = '', inner] = path.split('.');
    const field = getNullableType(filter.getFields()[name]?.type);
    if (inner === undefined) input[name] = toValue(path, given, field as GraphQLInputType);
    else if (isInputObjectType(field)) {
      const type = getNullableType(field.getFields()[inner]?.type) as GraphQLInputType;
      input[name] = { ...(input[name] as object), [inner]: toValue(path, given, type) };
    }
  }
  return coerceInputValue(input, filter, (path, _value, { message }) => {
    throw badInput(`"${path.filter((part) => typeof part === 'string').join('.')}": ${message}`, path.map(String));
  });
}

function toValue(path: string, given: readonly string[], type: GraphQLInputType): unknown {
  if (isListType(type)) {
    const item = getNullableType(type.ofType);
    return given.map((text) => toScalar(text, item));
  }
  if (given.length > 1) throw badInput(`"${path}" is given ${given.length} times; it has one value.`, [path]);
  return toScalar(given[0] ?? '', type);
}

/** Texts of numbers and booleans, which a URL cannot tell from others. */
function toScalar(text: string, type: GraphQLInputType): unknown {
  const name = isScalarType(type) ? type.name : '';
  if (name === 'Boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (!['Int', 'Float', 'ByteCount'].includes(name)) return text;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function toAge(given: readonly string[] | undefined): number {
  if (given === undefined) return usualAge;
  const age = given.length === 1 && /^\d{1,10}$/.test(given[0] ?? '') ? Number(given[0]) : Number.NaN;
  if (age <= maxAge) return age;
  throw badInput(`"maxAgeSeconds" must be a whole number from 0 to ${maxAge}.`, ['maxAgeSeconds']);
}
