/** A key that was renamed works under its former name, with a warning. */
import { describe, expect, test } from 'vitest';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';

const provider = { name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 't0ken' };

function parse(given: object) {
  const warnings: string[] = [];
  const text = JSON.stringify({ providers: [provider], ...given });
  return { config: parseConfig(text, products, {}, { warn: (line) => warnings.push(line) }), warnings };
}

describe('a former name of a key', () => {
  test('gives the same configuration, and a warning with its place and its name of today', () => {
    const former = parse({
      ledger: { lookForSeconds: 7 },
      server: { clients: { sendSeconds: 8 } },
      providers: [{ ...provider, limits: { otherBytes: 9_000, breakerTrialSeconds: 3 } }],
    });
    const today = parse({
      ledger: { reconcileSeconds: 7 },
      server: { clients: { requestTimeoutSeconds: 8 } },
      providers: [{ ...provider, limits: { maxResponseBytes: 9_000, breakerHalfOpenSeconds: 3 } }],
    });
    expect(former.config).toEqual(today.config);
    expect(today.warnings).toEqual([]);
    expect(former.warnings).toEqual([
      'ledger.lookForSeconds: its name is "reconcileSeconds" now; "lookForSeconds" works until the next major version',
      'server.clients.sendSeconds: its name is "requestTimeoutSeconds" now; "sendSeconds" works until the next major version',
      'providers[0].limits.otherBytes: its name is "maxResponseBytes" now; "otherBytes" works until the next major version',
      'providers[0].limits.breakerTrialSeconds: its name is "breakerHalfOpenSeconds" now; "breakerTrialSeconds" works until the next major version',
    ]);
  });

  test('beside the name of today is a fault', () => {
    const both = () => parse({ ledger: { lookForSeconds: 7, reconcileSeconds: 8 } });
    expect(both).toThrow(ConfigError);
    expect(both).toThrow('ledger.lookForSeconds: its name is "reconcileSeconds" now, which is given as well');
  });

  test('of something else is told as any unknown key', () => {
    expect(() => parse({ streams: { lookForSeconds: 7 } })).toThrow('streams.lookForSeconds: unknown key');
    for (const odd of [[], 'x', null]) expect(() => parse({ ledger: odd })).toThrow(ConfigError);
  });
});
