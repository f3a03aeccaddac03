/** Every function over text of a product or a client takes time that grows with its length, and no faster. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { borgConfig } from '../../providers/borg/config.ts';
import { toErrorMessage } from '../../providers/borg/error-message.ts';
import { createExplain as explainBorg } from '../../providers/borg/errors.ts';
import { toLogLine as toBorgLine } from '../../providers/borg/log-map.ts';
import { createExplain as explainFlosum, plain as plainFlosum } from '../../providers/flosum/errors.ts';
import { toLogLine as toFlosumLine } from '../../providers/flosum/log-map.ts';
import { isNumberId, nonceOf } from '../../providers/flosum/map.ts';
import { labiiConfig } from '../../providers/labii/config.ts';
import { createLoginExplain, createExplain as explainLabii } from '../../providers/labii/errors.ts';
import { toBytes } from '../../providers/labii/map.ts';
import { createExplain as explainVProtect, toSentence } from '../../providers/vprotect/errors.ts';
import { isGuid } from '../../providers/vprotect/guid.ts';
import { decodeId } from '../../schema/ids.ts';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { claimAt, toIdentity } from '../../src/auth/jwt-claims.ts';
import { parseConfig } from '../../src/config/config.ts';
import { readYaml } from '../../src/config/file.ts';
import { createSchedule } from '../../src/config/schedule.ts';
import { substitute } from '../../src/config/substitute.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter, noFilter } from '../../src/core/filter.ts';
import { parseInstant } from '../../src/core/instant.ts';
import { compareIds } from '../../src/core/order.ts';
import { sanitizeText } from '../../src/core/sanitize-text.ts';
import { keepSecret, keepSessionSecrets, redactSecrets } from '../../src/core/secret-redaction.ts';
import { joinLines, trimEndOf } from '../../src/core/text.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { escapeIdentifier, toPlainName, unescapeIdentifier } from '../../src/core/unicode.ts';
import { decodeToken } from '../../src/lists/cursor.ts';
import { decodeLogCursor } from '../../src/replay/log-cursor.ts';
import { matchesOfEnd } from '../../src/replay/overlap.ts';
import { createHostCheck } from '../../src/transport/http/hosts.ts';
import { refuseRequests } from '../../src/transport/http/request-refusals.ts';
import { createClientAddressOf, readAddress } from '../../src/transport/shared/client-address.ts';
import { createPublicError } from '../../src/transport/shared/public-error.ts';
import { errorForStatus } from '../../src/upstream/answer.ts';
import { path } from '../../src/upstream/path.ts';
import { adversarial, growthOf } from '../support/linear.ts';
import { aBackup } from '../support/model.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';

keepSecret('linear-secret-1');
keepSecret('pin7');
const about = { provider: 'files', url: 'http://127.0.0.1', isCommand: false };
const checkHost = createHostCheck({ authRequired: false, host: '127.0.0.1', publicUrl: null });
const authenticate = createAuthenticate({ tokens: [], jwt: null }, null);
const publicError = createPublicError({ error: () => undefined } as never, false);
const socket = { remoteAddress: '127.0.0.1' };
const forwardedFor = createClientAddressOf(['127.0.0.1'], 'X-Forwarded-For');
const forwarded = createClientAddressOf(['127.0.0.1'], 'Forwarded');
const eln = { name: 'eln', kind: 'labii', organizations: [{ sid: 'a', name: 'A' }], apiKey: 'x' };
const claims = {
  issuer: 'https://issuer.example',
  clockSkewSeconds: 0,
  claims: { name: 'name', role: 'roles', providers: 'providers' },
  operators: ['operator'],
  readers: ['reader'],
};
const withServer = (server: object): string => JSON.stringify({ server, providers: [] });
const refusal = (body: (text: string) => unknown, explain: (answer: never) => unknown) => (text: string) => {
  for (const status of [400, 404, 406, 409, 500]) explain({ status, body: body(text), isCommand: false } as never);
};
const asDetail = (text: string) => ({ detail: text, data: text, message: [text] });

const functions: Readonly<Record<string, (text: string) => unknown>> = {
  sanitizeText: (text) => sanitizeText(text, 2_000),
  'an error of Borg': toErrorMessage,
  'a line of Borg': toBorgLine,
  'an event of Borg': (text) => toBorgLine(JSON.stringify({ type: 'log_message', message: text })),
  'a refusal of Borg': refusal(asDetail, explainBorg('files')),
  'a page instead of Borg': refusal(String, explainBorg('files')),
  'a line of Flosum': toFlosumLine,
  'a sentence of Flosum': plainFlosum,
  'a refusal of Flosum': refusal(asDetail, explainFlosum('crm')),
  'an id of Flosum': (text) => [isNumberId(text), nonceOf(text)],
  'a refusal of Labii': refusal(asDetail, explainLabii('eln', false)),
  'a page instead of Labii': refusal(String, explainLabii('eln', false)),
  'a login of Labii': refusal(asDetail, createLoginExplain('eln')),
  'a size of Labii': toBytes,
  'a sentence of vProtect': (text) => toSentence(text),
  'a refusal of vProtect': refusal(asDetail, explainVProtect('vms')),
  'an id of vProtect': isGuid,
  redactSecrets,
  keepSessionSecrets: (text) => keepSessionSecrets({ cookie: text }),
  joinLines,
  trimEndOf: (text) => trimEndOf(text, '.;'),
  parseInstant: (text) => [parseInstant(text), parseInstant(`2026-11-21T19:53:19.${text}`)],
  compareIds: (text) => compareIds(text, `${text}1`),
  'a search': (text) => matchesFilter({ ...aBackup(), name: text }, { ...noFilter, search: `${text.slice(0, 79)}b` }),
  decodeToken,
  'an id': decodeId,
  'an id in a path': (text) => path`/x/${text}`,
  'lines of a log': (text) => matchesOfEnd(text.split(''), text.slice(1).split('')),
  'a time to wait': (text) => errorForStatus({ statusCode: 429, headers: { 'retry-after': text } } as never, about),
  'a credential': (text) => authenticate(`Bearer ${text}`),
  'the encoding of a request': (text) => {
    const headers = { get: (name: string) => (name === 'content-type' ? 'application/json' : text) };
    const request = { method: 'POST', headers };
    return refuseRequests.onRequest?.({ request, endResponse: () => undefined, fetchAPI: { Response } } as never);
  },
  'claims of a token': (text) => [
    toIdentity({ sub: text, exp: 1, name: text, roles: text, providers: text }, claims),
    toIdentity({ sub: 'a', exp: 1, name: text, roles: text, providers: text }, claims),
  ],
  'a claim by its path': (text) => claimAt({ a: { b: text } }, text),
  'addresses of X-Forwarded-For': (text) => forwardedFor({ socket, headers: { 'x-forwarded-for': text } } as never),
  'addresses of Forwarded': (text) => forwarded({ socket, headers: { forwarded: text } } as never),
  'an address': readAddress,
  'a cron expression': (text) => createSchedule(text, 'UTC'),
  'the time zone of a schedule': (text) => createSchedule('0 2 * * *', text),
  'a time without a zone': (text) => createTimeReader('Europe/Berlin').read(text),
  'a public URL': (text) => parseConfig(withServer({ publicUrl: `http://a${text}` }), [], {}),
  'an origin of pages': (text) => parseConfig(withServer({ origins: [`http://a${text}`] }), [], {}),
  'the URL of a product': (text) =>
    borgConfig.safeParse({ name: 'a', kind: 'borg', url: `http://a/${text}`, token: 'x' }),
  'the URL of a Labii': (text) => labiiConfig.safeParse({ ...eln, url: `http://a/v1${text}` }),
  'a place in a log': (text) => decodeLogCursor({ provider: 'a', localId: 'b' }, text),
  'a name to show': toPlainName,
  'an identifier': (text) => unescapeIdentifier(escapeIdentifier(text)),
  'a host': (text) => checkHost({ headers: { host: text } } as IncomingMessage),
  'a message of GraphQL': (text) => publicError(new GatewayError('BAD_USER_INPUT', text)),
  'a variable of the configuration': (text) =>
    substitute(text, {
      environment: {},
      folder: '.',
      faults: [],
      onFile: () => undefined,
      onReplaced: () => undefined,
    }),
  'a file of the configuration': (text) => readYaml(`name: ${JSON.stringify(text)}`),
  'a provider of the configuration': (text) => parseConfig(`providers: [{ url: ${JSON.stringify(text)} }]`, [], {}),
};

/** Below the length at which texts are cut, and far above it. */
const lengths: readonly (readonly [string, number])[] = [
  ['short', 9_000],
  ...(isNightly ? [['long', 50_000] as const] : []),
];
leftToNightly(
  'texts far above the length at which they are cut',
  'a pattern that is not linear shows in the shorter ones',
);

describe.each(Object.keys(functions))('%s', (name) => {
  const work = functions[name] as (text: string) => unknown;

  it.each(lengths)('is linear in %s texts', (_, length) => {
    const slow = Object.entries(adversarial).flatMap(([kind, make]) => {
      const growth = growthOf(work, make, length);
      return growth ? [{ kind, ...growth }] : [];
    });
    expect(slow).toEqual([]);
  });
});

describe('the measure', () => {
  it('sees a pattern that is not linear', () => {
    const spaces = adversarial['spaces before a letter'] as (length: number) => string;
    // Cubic: eight times as long for twice the text, which no noise of a busy machine hides.
    expect(growthOf((text) => text.replace(/\s*\s+$/, ''), spaces, 300)).not.toBeNull();
    expect(growthOf((text) => text.replace(/\s+/g, ' '), spaces, 9_000)).toBeNull();
  });
});
