/** What a client sent is repeated in part, and no part of an answer ends in half a character. */
import { describe, expect, it } from 'vitest';
import { aToken, startBorgGateway, startGateway } from '../support/gateway.ts';
import { auditLog } from '../support/office.ts';

/** Whichever place a text is cut at, one of the two has a character of two halves there. */
const texts = [`${'\u{1f600}'.repeat(700)}`, `x${'\u{1f600}'.repeat(700)}`];

describe('a text that is repeated in part', () => {
  it.each(texts)('is well-formed in messages', async (text) => {
    await using gateway = await startBorgGateway();
    const asked: [string, Record<string, unknown>][] = [
      ['query($x: String!) { backups(filter: { providers: [$x] }) { nodes { id } } }', { x: text }],
      ['query($x: BackupStatus!) { backups(filter: { statuses: [$x] }) { nodes { id } } }', { x: text }],
      ['query($x: [_Any!]!) { _entities(representations: $x) { __typename } }', { x: [{ __typename: text }] }],
    ];
    for (const [query, variables] of asked) {
      const { errors } = await gateway.askText(query, variables);
      expect(errors?.length).toBeGreaterThan(0);
      for (const { message } of errors ?? []) expect([message, message.isWellFormed()]).toEqual([message, true]);
    }
  });

  it.each(texts)('is well-formed in the audit log', async (id) => {
    await using gateway = startGateway({
      providers: [{ name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' }],
      auth: { tokens: [aToken('anna')] },
    });
    const anna = gateway.as('anna');
    await anna.askText('mutation($id: ID!) { cancelBackup(input: { id: $id }) { userErrors { code } } }', { id });
    const [entry] = await auditLog(anna);
    expect(entry?.targets).toHaveLength(1);
    for (const target of entry?.targets ?? []) expect(target.id.isWellFormed()).toBe(true);
  });
});
