/** What belongs to one viewer is made once for it. */
import { expect, test } from 'vitest';
import { createCatalog } from '../../src/catalog/catalog.ts';
import type { CatalogOptions } from '../../src/catalog/options.ts';
import type { Viewer } from '../../src/core/viewer.ts';
import { aProvider, thrownBy } from '../support/model.ts';

const catalogFor = createCatalog({
  providers: ['machines', 'files', 'labs'].map((name) => aProvider({ name })),
} as unknown as CatalogOptions);
const anna: Viewer = { id: 'token:anna', name: 'anna', role: 'READER', providers: ['machines', 'files', 'gone'] };

test('a viewer sees its providers by name, and one that is not configured is none', () => {
  const { scope } = catalogFor(anna);
  expect(scope.providers.map(({ name }) => name)).toEqual(['files', 'machines']);
  expect([scope.provider('files')?.name, scope.provider('labs'), scope.provider('gone')]).toEqual([
    'files',
    null,
    null,
  ]);
  expect(thrownBy(() => scope.require('labs'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(catalogFor({ ...anna, providers: null }).scope.providers).toHaveLength(3);
  expect(catalogFor({ ...anna, providers: [] }).scope.providers).toEqual([]);
});

test('the same viewer gets the same catalog, and another one its own, whatever it is called', () => {
  expect(catalogFor(anna)).toBe(catalogFor(anna));
  const narrow = catalogFor({ ...anna, providers: ['files'] });
  expect(narrow).not.toBe(catalogFor(anna));
  expect(narrow.scope.providers.map(({ name }) => name)).toEqual(['files']);
});

test('only an operator gets as far as a command', () => {
  expect(thrownBy(() => catalogFor(anna).commands())).toMatchObject({ code: 'FORBIDDEN' });
  expect(() => catalogFor({ ...anna, role: 'OPERATOR' }).commands()).not.toThrow();
});
