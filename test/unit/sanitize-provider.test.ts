/** What an adapter says comes out fit to be shown, whatever the adapter does. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { Backup } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import { sanitizeBackup, sanitizeProvider } from '../../src/core/sanitize-provider.ts';
import { keepSecret } from '../../src/core/secret-redaction.ts';
import { aBackup, aLine, aProvider, never } from '../support/model.ts';

const canary = 'canary-of-the-vault';
keepSecret(canary);

const poison = `one <script>x</script> http://u:p@evil.example/ ${canary} ${'x'.repeat(3_000)}`;
const shown = /^one \[address\] \[secret\] x+…$/;
const error = () => new GatewayError('CONFLICT', poison, { retryAfterSeconds: 7, field: ['input'] });
const backup: Backup = { ...aBackup(), errorMessage: poison, warnings: [{ message: poison, acknowledged: true }] };
const failing = (): Promise<never> => Promise.reject(error());

const methods = [
  'listEntities',
  'getEntities',
  'listBackups',
  'countBackups',
  'getBackups',
  'markStart',
  'startBackup',
  'createBackup',
  'findStarted',
  'cancelBackup',
  'updateDescription',
  'updateWarnings',
  'acknowledgeWarnings',
  'readLog',
  'downloadLog',
] as const;

/** Every method of a provider but those that ask nothing of it. */
const asking = Object.keys({
  ...aProvider({}),
  ...Object.fromEntries(methods.map((name) => [name, failing])),
}).filter((name) => !['name', 'kind', 'health', 'close', 'hasProgress', 'refineFromLog', 'showPending'].includes(name));

describe('an error', () => {
  test.each(asking)('of %s is fit, and the log has it as it was', async (name) => {
    const provider = sanitizeProvider(aProvider({ [name]: failing } as Partial<Provider>)) as unknown as Record<
      string,
      (...given: unknown[]) => Promise<unknown>
    >;
    const thrown = (await provider[name]?.([], {}, never).catch((one: unknown) => one)) as GatewayError;
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ code: 'CONFLICT', retryAfterSeconds: 7, field: ['input'] });
    expect(thrown.message).toMatch(shown);
    expect(thrown.message).toHaveLength(500);
    expect(thrown.cause).toMatchObject({ message: poison });
  });

  test('that is fit is the same, and so is a bug', async () => {
    for (const thrown of [new GatewayError('CONFLICT', 'It is busy.'), new TypeError(poison)]) {
      const provider = sanitizeProvider(aProvider({ listEntities: () => Promise.reject(thrown) }));
      await expect(provider.listEntities(never)).rejects.toBe(thrown);
    }
  });

  test('below a bug is not shown in its place as it was', async () => {
    const bug = new Error('outer', { cause: error() });
    const provider = sanitizeProvider(aProvider({ listEntities: () => Promise.reject(bug) }));
    await expect(provider.listEntities(never)).rejects.toThrow(shown);
  });

  test('among an answer, and in its health, is fit', async () => {
    const problem = { provider: 'one', entityId: null, error: error() };
    const provider = sanitizeProvider(
      aProvider({
        listBackups: () => Promise.resolve({ rows: [], isEnd: true, problems: [problem] }),
        acknowledgeWarnings: () => Promise.resolve([error(), backup]),
        findStarted: () => Promise.resolve({ backup: null, candidates: [], error: error() }),
        health: () => ({ status: 'DOWN', checkedAt: null, latencyMs: null, error: error() }),
      }),
    );
    const { problems } = await provider.listBackups({} as never, never);
    expect(problems[0]?.error.message).toMatch(shown);
    const [refused, done] = (await provider.acknowledgeWarnings?.([], true, never)) ?? [];
    expect((refused as GatewayError).message).toMatch(shown);
    expect((done as Backup).errorMessage).toMatch(shown);
    expect((await provider.findStarted?.({} as never, never))?.error?.message).toMatch(shown);
    expect(provider.health().error?.message).toMatch(shown);
  });
});

describe('a backup', () => {
  test('keeps more of its error and its warnings than an error does', () => {
    const fit = sanitizeBackup(backup);
    expect(fit.errorMessage).toMatch(shown);
    expect(fit.errorMessage).toHaveLength(2_000);
    expect(fit.warnings).toEqual([{ message: fit.errorMessage, acknowledged: true }]);
    const plain = aBackup();
    expect(sanitizeBackup(plain)).toBe(plain);
  });

  test('that a command gives is fit, and so is what it says', async () => {
    const started = () => Promise.resolve({ backup, handle: null, message: poison });
    const provider = sanitizeProvider(
      aProvider({
        startBackup: started,
        createBackup: started,
        cancelBackup: () => Promise.resolve({ backup, processTerminated: null }),
        updateDescription: () => Promise.resolve(backup),
        updateWarnings: () => Promise.resolve(backup),
      }),
    );
    const given = [
      await provider.startBackup?.({} as never, never),
      await provider.createBackup?.({} as never, never),
      await provider.cancelBackup?.('1', never),
      await provider.updateDescription?.('1', '', never),
      await provider.updateWarnings?.('1', [], never),
    ];
    expect(JSON.stringify(given)).not.toMatch(/canary|evil|<script/);
  });
});

describe('a log', () => {
  test('stays whole but for known secrets', async () => {
    const line = { ...aLine(`<b>${canary}</b> http://x/`), text: `text ${canary}` };
    const read = { lines: [aLine('plain'), line], firstNumber: 1, hasMore: false, state: 'complete' } as const;
    const provider = sanitizeProvider(aProvider({ readLog: () => Promise.resolve(read) }));
    const fit = await provider.readLog?.(backup, { offset: 0, limit: null }, never);
    expect(fit?.lines.map(({ raw, text }) => [raw, text])).toEqual([
      [read.lines[0].raw, read.lines[0].text],
      ['<b>[secret]</b> http://x/', 'text [secret]'],
    ]);
  });

  test.each([1, 2, 5, 7, 1_000])('that is downloaded hides a secret that comes in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from(`größe ${canary}${canary} 😀 ${Buffer.from(canary).toString('base64')} end`);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const provider = sanitizeProvider(aProvider({ downloadLog: () => Promise.resolve(pieces()) }));
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await provider.downloadLog?.('1', never)) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toMatch(/^größe \[secret\]\[secret\] 😀 \[secret\].{0,3} end$/u);
  });
});
