/** What is left of a product's words when people are to see them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { keepSecret, keepSessionSecrets } from '../../src/core/secret-redaction.ts';
import { runsOf } from '../support/nightly.ts';
import { cpuTimer } from '../support/timing.ts';

const canary = 'Canary/of+the "Vault" &7';
keepSecret(canary);
keepSessionSecrets({ cookie: 'JSESSIONID=session-canary-1; lang=en-GB-oed', 'content-type': 'application/json' });

describe('a text for people', () => {
  test.each<[string, string, string]>([
    ['plain words stay', 'The disk “nightly” is full: 3 of 4 GB, 75 % (código 28).', 'same'],
    ['a tag goes', 'No <b>disk</b> here', 'No disk here'],
    ['a script goes with what it does', 'a<script>alert(1)</script>b<script src=x>y', 'a b'],
    ['a tag in a tag goes', '<scr<b>ipt>alert(1)</scr</b>ipt>', '[anything]'],
    ['a comment goes', 'a <!-- <b> hidden --> b', 'a b'],
    ['an entity is what it means', 'don&#39;t &amp; won&#x2019;t', "don't & won’t"],
    ['a tag made of entities goes', '&lt;img src=x onerror=y&gt; &amp;lt;b&amp;gt;', ''],
    ['a lonely bracket goes', 'a < b > c', 'a b c'],
    ['lines become one', 'one\r\n  two\u2028three\tfour', 'one two three four'],
    ['colours of a terminal go', '\u001b[31mred\u001b[0m', 'red'],
    ['bells and zeros go', 'a\u0000b\u0007c', 'a b c'],
    ['hidden characters go', 'user\u202Etxt.exe\u2066 a\u200Bb\uFEFF', 'usertxt.exe ab'],
    ['half characters go', 'a\uD800b', 'a b'],
    ['an address goes', 'see https://10.0.0.7:8443/x?token=1, or', 'see [address] or'],
    ['an address with a password goes', 'postgres://admin:hunter2@db.local/x refused', '[address] refused'],
    ['an address without a scheme goes', 'at //evil.example/x now', 'at [address] now'],
    ['an address as JSON writes it goes', '{"url":"http:\\/\\/a.b\\/c"}', '{"url":"[address]'],
    ['a login goes', 'ssh admin:hunter2@10.0.0.7 failed', 'ssh [secret] failed'],
    ['a header goes', 'Authorization: Bearer abc.def-123 was refused', 'Authorization: [secret] was refused'],
    ['a bearer goes', 'got Bearer abcdefgh instead', 'got Bearer [secret] instead'],
    ['basic credentials go', 'basic dXNlcjpwYXNz', 'basic [secret]'],
    ['basic authentication is a word', 'Basic authentication is off, and so are bearer tokens.', 'same'],
    ['a cookie goes', 'Cookie: a=b; c=d', 'Cookie: [secret]'],
    ['a password goes', 'password=hunter2 and pwd: "x y"', 'password=[secret] and pwd: [secret]'],
    ['a key in JSON goes', '{"apiKey":"k-1","n":1}', '{"apiKey":[secret],"n":1}'],
    ['a key in escaped JSON goes', '{\\"client_secret\\":\\"k-1\\"}', '{\\"client_secret\\":[secret]}'],
    ['a key of a query goes', '?access_token=abc&x=1', '?access_token=[secret]&x=1'],
    ['a token that is only spoken of stays', 'The token has expired, and so has the password.', 'same'],
    ['a JWT goes', 'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_x y', 'x [secret] y'],
    ['a configured secret goes', `it was ${canary}!`, 'it was [secret]!'],
    ['one in a word goes', `x${canary}y`, 'x[secret]y'],
    ['one with hidden characters in it goes', `it was ${[...canary].join('\u200B')}!`, 'it was [secret]!'],
    ['one with tags in it goes', 'it was Canary/<i></i>of+the "Vault" &amp;7', '[anything]'],
    ['one in a URL goes', `q ${encodeURIComponent(canary)} q`, 'q [secret] q'],
    ['one in a form goes', `q ${new URLSearchParams({ a: canary })} q`, 'q a=[secret] q'],
    ['one in JSON goes', JSON.stringify({ a: canary }), '{"a":"[secret]"}'],
    ['a session goes', 'no session session-canary-1', 'no session [secret]'],
    ['what came beside a session stays', 'no application/json in en-GB-oed', 'no application/json in [secret]'],
  ])('%s', (_, given, wanted) => {
    const shown = sanitizeText(given);
    expect(shown).not.toContain('Vault');
    if (wanted !== '[anything]') expect(shown).toBe(wanted === 'same' ? given : wanted);
    expect(shown).not.toMatch(/<|>/);
  });

  test.each([0, 1, 2])('a secret in base64 goes, %i bytes into it', (before) => {
    const encoded = Buffer.from(`${'u'.repeat(before)}${canary}:x`).toString('base64');
    for (const text of [encoded, Buffer.from(encoded, 'base64').toString('base64url')]) {
      expect(sanitizeText(`got ${text} there`)).toContain('[secret]');
      expect(sanitizeText(`got ${text} there`).length).toBeLessThan(30);
    }
  });

  test('a short secret goes where it stands alone, and leaves words as they are', () => {
    keepSecret('disk');
    keepSecret('abc');
    expect(sanitizeText('disk, diskette, abc')).toBe('[secret], diskette, abc');
  });

  test('of a secret that stands where the text is cut, nothing is left', () => {
    for (let before = 19_970; before <= 20_010; before++) {
      const shown = sanitizeText(`${' '.repeat(before)}${canary}${'.'.repeat(50)}`);
      expect(shown).not.toContain('Can');
    }
  });

  test('is cut with an ellipsis, never within a character', () => {
    expect(sanitizeText('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
    expect(sanitizeText('x'.repeat(500))).toHaveLength(500);
    expect(sanitizeText('😀'.repeat(300), 4)).toBe('😀…');
  });
});

/** Pieces of what a product may say, in any order and any number. */
const poison = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        canary,
        '<',
        '>',
        '<script>',
        '</script>',
        '<!--',
        '-->',
        '&lt;',
        '&amp;',
        '&#60;',
        '&#x3c;',
        '&',
        ';',
        'lt;',
        '#60;',
        'http',
        '://',
        ':',
        '//',
        '/',
        '@',
        'user:pw',
        'evil.example',
        'password',
        'token',
        'api key',
        '=',
        ': ',
        '"',
        "'",
        '\\',
        'Bearer ',
        'basic ',
        'Authorization',
        'eyJhbGci',
        '.',
        '\u202E',
        '\u200B',
        '\u001b[31m',
        '\u0000',
        '\uD83D',
        '\r\n',
        ' ',
        '[secret]',
        '[address]',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const runs = { numRuns: runsOf(3_000), seed: 6 };

test('whatever is said, what is shown is one short line without markup, addresses, secrets and what is not seen', () => {
  fc.assert(
    fc.property(poison, fc.integer({ min: 1, max: 600 }), (text, maxLength) => {
      const shown = sanitizeText(text, maxLength);
      expect(shown.length).toBeLessThanOrEqual(maxLength);
      expect(shown).not.toMatch(/[<>]|&#?\w{1,30};|:\/\/|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|eyJ[\w-]{4,}\./u);
      expect(shown).not.toContain('Vault');
      expect(shown).not.toMatch(/(password|token|api key)\s*[=:]\s*(?!\[)[\w"']/i);
      expect(shown).toBe(shown.trim());
    }),
    runs,
  );
});

test('whatever is said, saying it again changes nothing', () => {
  fc.assert(
    fc.property(poison, (text) => {
      const shown = sanitizeText(text);
      expect(sanitizeText(shown)).toBe(shown);
    }),
    runs,
  );
});

test('words without any of that stay as they are', () => {
  const words = fc.array(fc.stringMatching(/^[a-zäöü0-9,.()%–-]{1,12}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join(' ');
      expect(sanitizeText(text)).toBe(text);
    }),
    runs,
  );
});

test.each(['<', '&', 'a:', 'token:', 'eyJaaaa.', '<script', '<!--', '"', 'x@', 'a-', 'token:"', '://', ' //a'])(
  'a megabyte of %j is no work',
  (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const cpu = cpuTimer();
    expect(sanitizeText(text).length).toBeLessThanOrEqual(500);
    // A pattern that tries again from each character would take minutes.
    expect(cpu.ms()).toBeLessThan(5_000);
  },
);

test('what a name gives away goes also where the name itself is a known secret', () => {
  for (const word of ['password', 'token', 'api_key', 'Authorization']) keepSecret(word);
  for (const text of [
    'password=hunter2',
    'password: hunter2',
    '"password":"hunter2"',
    'token=>hunter2',
    'x-api_key: hunter2',
    'Authorization: Basic hunter2',
  ]) {
    const shown = sanitizeText(`It failed, ${text}`);
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain('hunter2');
    expect(sanitizeText(shown)).toBe(shown);
  }
});
