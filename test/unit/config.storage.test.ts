/** Where the database is: `storage.url`, and `ledger.file` as its older name. */
import { describe, expect, test } from 'vitest';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';

const provider = 'providers: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n';
const urlOf = (text: string): string =>
  parseConfig(`${text}\n${provider}`, products, {}, { folder: '/etc/backplane' }).storage.url;

function faultsOf(text: string): readonly string[] {
  try {
    urlOf(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('storage.url', () => {
  test.each([
    ['', ':memory:'],
    ['storage: {}', ':memory:'],
    ['storage: { url: ":memory:" }', ':memory:'],
    ['storage: { url: "file:data/x.db" }', 'file:/etc/backplane/data/x.db'],
    ['storage: { url: "file:/var/x.db" }', 'file:/var/x.db'],
    ['storage: { url: "file:///var/x.db" }', 'file:/var/x.db'],
    ['storage: { url: "postgres://u:p@db.example:5432/x" }', 'postgres://u:p@db.example:5432/x'],
    ['ledger: { file: data/x.db }', 'file:/etc/backplane/data/x.db'],
    ['ledger: { file: "file:/var/x.db" }', 'file:/var/x.db'],
    ['ledger: { file: ":memory:" }', ':memory:'],
    ['ledger: { file: x.db }\nstorage: {}', 'file:/etc/backplane/x.db'],
    ['ledger: { file: x.db }\nstorage:', 'file:/etc/backplane/x.db'],
  ])('of %j is %s', (text, url) => {
    expect(urlOf(text)).toBe(url);
  });

  test('and ledger.file may not both be given', () => {
    expect(faultsOf('storage: { url: "file:a.db" }\nledger: { file: a.db }')).toEqual([
      expect.stringMatching(/^ledger\.file: storage\.url is given as well; remove ledger\.file/),
    ]);
  });

  test.each([
    ['storage: { url: data/x.db }', 'storage.url: expected file:PATH'],
    ['storage: { url: "file:" }', 'storage.url: expected file:PATH'],
    ['storage: { url: "mysql://x/y" }', 'storage.url: expected file:PATH'],
    ['storage: { url: "postgres://u:p@db.example" }', 'storage.url: expected file:PATH'],
    ['storage: { url: "postgres:///x" }', 'storage.url: expected file:PATH'],
    [
      'storage: { url: "file:a.db", listenUrl: "postgres://u:p@db.example/x" }',
      'storage.listenUrl: only of PostgreSQL',
    ],
    ['storage: { url: "postgres://a/x", listenUrl: "file:a.db" }', 'storage.listenUrl: expected postgres://'],
    ['storage: { url: 5 }', 'storage.url: '],
    ['storage: 5\nledger: { file: x }', 'storage: '],
    ['ledger: { file: "" }', 'ledger.file: '],
    ['ledger: 5', 'ledger: '],
  ])('of %j is a fault that says where', (text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });
});
