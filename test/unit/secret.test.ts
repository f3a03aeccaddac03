import { format, inspect } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Secret, secret } from '../../src/core/secret.ts';

const password = 'hunter2-hunter2';
const it = new Secret(password);

function logged(value: unknown): string {
  const lines: string[] = [];
  pino({}, { write: (line: string) => void lines.push(line) }).info(value);
  return lines.join('');
}

test.each<[string, () => string]>([
  ['String', () => String(it)],
  ['a template', () => `${it}`],
  ['joining', () => `${[it, it].join()}`],
  ['adding to a text', () => 'x'.concat(it as unknown as string)],
  ['JSON', () => JSON.stringify({ it, all: [it] })],
  ['inspect', () => inspect(it)],
  ['inspect of a whole configuration', () => inspect({ deep: { er: [it] } }, { depth: null, showHidden: true })],
  ['format', () => format('%s %o %O %j', it, it, it, it)],
  ['a log line', () => logged({ config: { it }, it })],
  ['an error that carries it', () => inspect(Object.assign(new Error('x'), { it }))],
])('%s says [secret]', (_, print) => {
  const printed = print();
  expect(printed).toContain('[secret]');
  expect(printed).not.toContain('hunter2');
});

test('its keys and entries give nothing away', () => {
  expect(inspect([Object.keys(it), Object.entries(it), { ...it }, Reflect.ownKeys(it)])).not.toContain('hunter2');
  expect(structuredCloneOf(it)).not.toContain('hunter2');
});

const structuredCloneOf = (value: unknown): string => inspect(structuredClone(value), { showHidden: true });

test('only who asks for it gets it, also when it is frozen', () => {
  expect(Object.freeze(it).reveal()).toBe(password);
});

test('a configuration gives a secret, and refuses an empty one without showing what was there', () => {
  expect(secret().parse(password).reveal()).toBe(password);
  const wrong = secret().safeParse([password]);
  expect(wrong.success).toBe(false);
  expect(inspect(wrong.error)).not.toContain('hunter2');
  expect(secret().safeParse('').success).toBe(false);
});
