import { describe, expect, it } from 'vitest';
import { failureOf, never } from '../../../support/calls.ts';
import { nowhere, open, page } from '../../../support/vprotect.ts';

describe('a refusal', () => {
  it('is told in the product’s words, in whichever form they come', async () => {
    await using fixture = await open();
    const update = () => failureOf(fixture.provider.updateDescription?.(nowhere, 'x', never()));
    expect((await update()).message).toBe('machines has no such thing: Backup not found.');
    fixture.sandbox.errorStyle = 'flat';
    expect((await update()).message).toBe('machines has no such thing: Backup not found.');
    fixture.sandbox.errorStyle = 'html';
    const error = await update();
    expect([error.code, error.message]).toEqual(['NOT_FOUND', 'machines has no such thing (HTTP 404).']);
  });

  it('of everything is an outage', async () => {
    await using fixture = await open();
    fixture.sandbox.outage = 503;
    expect((await failureOf(page(fixture.provider))).code).toBe('PROVIDER_UNAVAILABLE');
  });
});
