/** Encodes queries and bodies of requests. */

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

export type Query = Readonly<Record<string, QueryValue>>;

export interface RequestBody {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

export function toSearch(query: Query | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

export function toBody({ json, form }: RequestBody) {
  if (form) return { body: new URLSearchParams(form).toString() };
  return json === undefined ? {} : { body: JSON.stringify(json) };
}

export function toBodyHeaders({ json, form }: RequestBody): Record<string, string> {
  if (form) return { 'content-type': 'application/x-www-form-urlencoded' };
  return json === undefined ? {} : { 'content-type': 'application/json' };
}
