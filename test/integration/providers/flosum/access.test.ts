import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flosum } from '../../../../providers/flosum/index.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { open } from '../../../support/flosum.ts';

describe('the configuration', () => {
  const base = { name: 'salesforce', kind: 'flosum', url: 'https://backup-us.flosum.example', token: 'x' };
  const faults = (fields: object): string => {
    const { error } = flosum.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('is an address and a token, and may name connections', () => {
    expect(faults({})).toBe('none');
    expect(faults({ connections: [7, 12] })).toBe('none');
    expect(flosum.config.parse(base).timeoutSeconds).toBe(10);
    expect(JSON.stringify(flosum.config.parse(base))).toContain('"token":"[secret]"');
  });

  it('says what is wrong with it', () => {
    expect(faults({ token: '' })).toContain('token');
    expect(faults({ url: 'backup-us.flosum.app' })).toContain('expected an http or https URL');
    expect(faults({ connections: ['7'] })).toContain('connections');
    expect(faults({ connections: [] })).toContain('connections');
    expect(faults({ colour: 'red' })).toContain('colour');
  });
});

describe('the token', () => {
  it('is sent as it is, and a refused one says what to do', async () => {
    await using fixture = await open();
    await fixture.provider.listEntities(never());
    expect(fixture.sandbox.requests[0]?.headers.authorization).toBe(`Bearer ${fixture.sandbox.token}`);
    fixture.sandbox.revokeToken();
    expect(await failureOf(fixture.provider.listEntities(never()))).toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      message: 'salesforce refuses the configured token. It may have expired, so put a new one into the configuration.',
    });
  });
});
