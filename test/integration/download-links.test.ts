/** Addresses of logs for browsers, which need no header. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { createLinks } from '../../src/auth/links.ts';
import { graphql } from '../gql/index.ts';
import { aToken, type GatewayOptions, globalId, startGateway } from '../support/gateway.ts';
import { startJwtGateway } from '../support/jwt-gateway.ts';
import { captureLog } from '../support/log-lines.ts';

const CreateLink = graphql(`
  mutation CreateLink($log: ID!) {
    createDownloadLink(input: { log: $log }) {
      url
      expiresAt
      userErrors {
        code
        field
      }
    }
  }
`);

const reader = (more: object = {}) => aToken('rita', { role: 'READER', ...more });

async function open(options: Partial<GatewayOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const job = sandbox.addFinished({ status: 'failed', lines: ['first line', 'last line'] });
  const log = globalId('BorgBackup', 'files', String(job));
  const start = () => startGateway({ providers: [sandbox.config], auth: { tokens: [reader()] }, ...options });
  return { sandbox, log, start, [Symbol.asyncDispose]: () => sandbox.close() };
}

async function linkOf(gateway: ReturnType<typeof startGateway>, log: string, token = 'rita'): Promise<string> {
  await gateway.listen();
  const { createDownloadLink } = await gateway.as(token).query(CreateLink, { log });
  expect(createDownloadLink.userErrors).toEqual([]);
  return `${await gateway.listen()}${new URL(createDownloadLink.url ?? '').pathname}`;
}

describe('a download link', () => {
  it('gives a reader the whole log without a header, by GET and HEAD, and is kept by nobody', async () => {
    await using fixture = await open();
    await using gateway = fixture.start();
    const url = await linkOf(gateway, fixture.log);
    const before = Date.now();
    const { createDownloadLink } = await gateway.as('rita').query(CreateLink, { log: fixture.log });
    const lasts = Date.parse(createDownloadLink.expiresAt as string) - before;
    expect(lasts).toBeGreaterThan(290_000);
    expect(lasts).toBeLessThan(330_000);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('last line')]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="backup.log"',
    });
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(decodeURIComponent(url) + Buffer.from(url.split('/').at(-1) ?? '', 'base64url').toString()).not.toMatch(
      /rita|files/,
    );
  });

  it('gives a report, with its filter and the rights of its viewer', async () => {
    await using fixture = await open();
    await using gateway = fixture.start();
    const create = async (report: string) => {
      const { data, errors } = await gateway
        .as('rita')
        .askText(`mutation { createDownloadLink(input: { ${report} }) { url userErrors { code message field } } }`);
      if (!data) throw new Error(JSON.stringify(errors));
      const { url, userErrors } = data['createDownloadLink'] as { url: string; userErrors: object[] };
      return { url: url && `${await gateway.listen()}${new URL(url).pathname}`, userErrors };
    };
    await gateway.listen();
    const failed = await create('report: { name: BACKUPS_CSV, backups: { statuses: [FAILED] } }');
    expect(failed.userErrors).toEqual([]);
    const response = await fetch(failed.url);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="backups.csv"');
    const lines = (await response.text()).trimEnd().split('\r\n').slice(1);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain(',FAILED,');
    const head = await fetch(failed.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('backplane-as-of'), await head.text()]).toEqual([
      200,
      expect.any(String),
      '',
    ]);
    const protection = await create('report: { name: PROTECTION_CSV, entities: { search: "accounting" } }');
    expect((await (await fetch(protection.url)).text()).trimEnd().split('\r\n')).toHaveLength(2);
    for (const [bad, message] of [
      ['', 'Give either'],
      [`log: "${fixture.log}", report: { name: BACKUPS_CSV }`, 'Give either'],
      ['report: { name: BACKUPS_CSV, entities: {} }', 'no such filter'],
      ['report: { name: PROTECTION_CSV, backups: {} }', 'no such filter'],
      ['report: { name: BACKUPS_JSONL, maxAgeSeconds: -1 }', 'whole number from 0'],
      ['report: { name: BACKUPS_JSONL, backups: { providers: ["nobody"] } }', 'There is no provider "nobody"'],
    ]) {
      expect(await create(bad as string)).toMatchObject({
        url: null,
        userErrors: [{ code: 'BAD_USER_INPUT', message: expect.stringContaining(message as string) }],
      });
    }
    gateway.reload({ auth: { tokens: [reader({ providers: [] })] } });
    expect((await (await fetch(failed.url)).text()).trimEnd().split('\r\n')).toHaveLength(1);
    gateway.reload({ auth: { tokens: [aToken('bob')] } });
    expect((await fetch(failed.url)).status).toBe(410);
  });

  it('ends with the rights of its viewer: 404 without the provider, 410 without the token', async () => {
    await using fixture = await open();
    await using gateway = fixture.start();
    const url = await linkOf(gateway, fixture.log);
    const statusWith = async (...tokens: object[]) => {
      gateway.reload({ auth: { tokens } });
      return (await fetch(url)).status;
    };
    expect(await statusWith(reader({ role: 'OPERATOR' }))).toBe(200);
    expect(await statusWith(reader({ providers: [] }))).toBe(404);
    expect(await statusWith(aToken('bob'))).toBe(410);
    // Another token of the same name, as after one was stolen.
    expect(await statusWith(reader({ sha256: 'a'.repeat(64) }))).toBe(410);
    expect(await statusWith(reader({ expires: '2026-01-01T00:00:00Z' }))).toBe(410);
    expect(await statusWith(reader())).toBe(200);
  });

  it('that is forged is 404, and a link is no credential for anything else', async () => {
    await using fixture = await open({ log: { level: 'debug' } });
    await using gateway = fixture.start();
    const url = await linkOf(gateway, fixture.log);
    const log = captureLog(gateway.app);
    const changed = url.slice(0, -3) + (url.endsWith('AAA') ? 'BBB' : 'AAA');
    for (const one of [changed, url.slice(0, -10), `${url}AAAA`, url.replace(/[\w-]+$/, 'x')]) {
      expect((await fetch(one)).status).toBe(404);
    }
    const headers = { authorization: `Bearer ${url.split('/').at(-1)}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ viewer { name } }' });
    const graphqlUrl = `${await gateway.listen()}/graphql`;
    expect((await fetch(graphqlUrl, { method: 'POST', headers, body })).status).toBe(401);
    // Neither the lines about refused requests nor any other have a part of a link.
    expect(log.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(log.lines)).not.toContain(url.split('/').at(-1)?.slice(0, 20));
  });

  it('works at every gateway of the database, also after a restart', async () => {
    await using fixture = await open({
      ledger: { file: join(mkdtempSync(join(tmpdir(), 'links-')), 'ledger.db') },
    });
    let path = '';
    {
      await using gateway = fixture.start();
      path = new URL(await linkOf(gateway, fixture.log)).pathname;
    }
    await using gateway = fixture.start();
    expect((await fetch(`${await gateway.listen()}${path}`)).status).toBe(200);
  });

  it('is refused for what the viewer may not see, and for what is no backup', async () => {
    await using fixture = await open({ auth: { tokens: [reader({ providers: [] })] } });
    await using gateway = fixture.start();
    for (const log of [fixture.log, globalId('BorgRepository', 'files', '/backups/accounting'), 'x']) {
      const { createDownloadLink } = await gateway.as('rita').query(CreateLink, { log });
      expect(createDownloadLink).toEqual({
        url: null,
        expiresAt: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['input', 'log'] }],
      });
    }
  });

  it('of a JWT has the rights that the JWT had, until the settings for JWTs change', async () => {
    await using gateway = await startJwtGateway();
    const token = await gateway.token('anna');
    const { data } = await gateway.as(token).askText('{ backups(first: 50) { nodes { id logUrl status } } }');
    const { nodes } = (data as { backups: { nodes: { id: string; status: string }[] } }).backups;
    const failed = nodes.find(({ status }) => status === 'FAILED')?.id ?? nodes[0]?.id ?? '';
    const url = await linkOf(gateway, failed, token);
    expect((await fetch(url)).status).toBe(200);
    gateway.reload({ auth: { tokens: [aToken('bert')] } });
    expect((await fetch(url)).status).toBe(410);
  });
});

it('expires after 5 minutes, or with the token that made it', async () => {
  const viewer = { id: 'token:rita', name: 'rita', role: 'READER', providers: null } as const;
  let at = 1_000_000;
  const auth = { markOf: () => 'mark', identityOf: () => ({ viewer, expiresAt: null }) };
  const links = createLinks(
    () => Promise.resolve(new Uint8Array(32)),
    auth,
    () => at,
  );
  const long = await links.create({ log: 'log' }, { viewer, expiresAt: null });
  const short = await links.create({ log: 'log' }, { viewer, expiresAt: at + 1_000 });
  expect([long.expiresAt - at, short.expiresAt - at]).toEqual([300_000, 1_000]);
  at += 1_000;
  await expect(links.open(short.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await links.open(long.token)).toMatchObject({ target: { log: 'log' }, identity: { viewer } });
  at += 299_000;
  await expect(links.open(long.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
