/** Every fault of the table against every call of one product, through a whole gateway. */
import { afterAll, beforeAll, describe, type ExpectStatic, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { type CallName, type ChaosCall, chaosCalls, outcomeOf, type Reply } from './chaos-calls.ts';
import { abilitiesOf, type ChaosProduct, type ChaosWorld, openChaosWorld } from './chaos-fixture.ts';
import { canBeAsked, isOfGate } from './chaos-selection.ts';
import { type Ending, type FaultRow, faultRows } from './chaos-table.ts';
import type { ProxiedRequest } from './fault-proxy.ts';
import { isNightly, leftToNightly } from './nightly.ts';
import { DeadlineTooShort, withDeadline } from './timing.ts';

/** What the other tests of this process may take meanwhile. */
const slackMs = 5000;
/** The deadline of a product that only a deadline ends, and of any other. */
const shortMs = 1_000;
const longMs = 10_000;
/** More than any answer may be, and far less than what is sent: it was not held whole. */
const maxTakenBytes = 50_000_000;

export function describeChaos(product: ChaosProduct): void {
  describe(product.kind, async () => {
    const can = await abilitiesOf(product);
    const results: string[] = [];
    let healthy: Sandbox;
    beforeAll(async () => {
      const start = product.kind === 'borg' ? startLabiiSandbox : startBorgSandbox;
      healthy = await start({ speed: 0, history: 20, demo: false });
    });
    let left = 0;
    afterAll(async () => {
      await healthy.close();
      if (process.env['CHAOS_TABLE']) process.stdout.write(`${results.join('\n')}\n`);
    });
    for (const call of chaosCalls) {
      describe(call.name, () => {
        for (const row of faultRows) {
          const missing = obstacle(product, call, row, can);
          if (canBeAsked(product.kind, call, row) !== (missing === null)) {
            throw new Error(`test/support/chaos-selection.ts is wrong about ${call.name} of ${product.kind}`);
          }
          const { because } = exceptionOf(product, row, call.name) ?? {};
          const title = `of a product that ${row.name}${because ? `: ${because}` : ''}`;
          if (missing) it.skip(`${title} (${missing})`, () => undefined);
          else if (!isNightly && !because && !isOfGate(product.kind, call, row)) left++;
          else
            it.concurrent(title, async ({ expect }) => {
              const result = await withDeadline(row.isSlow ? shortMs : longMs, async (timeoutMs) => {
                await using fixture = await openChaosWorld(product, healthy, row, call, timeoutMs);
                // The fixture is closed after it.
                return await check(product, fixture, row, call, expect);
              });
              results.push(`| ${row.name} | ${call.name} | ${product.kind} | ${result} |`);
            });
        }
      });
    }
    if (left > 0) {
      const reason =
        'here each fault meets each kind of call with one product, and each product meets each fault and each call';
      leftToNightly(`${left} cases of ${product.kind}`, reason);
    }
  });
}

/** Why there is no such case, or null. */
function obstacle(
  product: ChaosProduct,
  { needs, hits }: ChaosCall,
  { fault, isJson }: FaultRow,
  can: ReadonlySet<string>,
): string | null {
  if (needs !== null && !can.has(needs)) return `without ${needs}`;
  if (fault === 'an ended session' && !can.has('SESSION')) return 'it is given a token, and has no session';
  return hits === 'logs' && isJson && product.isLogText ? 'its log is text' : null;
}

const exceptionOf = ({ exceptions = [] }: ChaosProduct, row: FaultRow, call: CallName) =>
  exceptions.find((one) => one.fault === row.name && one.call === call);

async function check(
  product: ChaosProduct,
  fixture: ChaosWorld,
  row: FaultRow,
  call: ChaosCall,
  expect: ExpectStatic,
): Promise<string> {
  const before = fixture.asked();
  const fault = await fixture.break();
  const startedAt = performance.now();
  const reply = await call.make(fixture);
  const ms = performance.now() - startedAt;
  const requests = fixture.requests();
  if (fault && row.isSlow && fault.hits === 0) throw new DeadlineTooShort('No request ran into the fault.');
  if (fault) expect(fault.hits, 'requests that ran into the fault').toBeGreaterThan(0);
  expect(ms, 'time').toBeLessThan(fixture.timeoutMs * (product.patience?.[call.name] ?? 1) + slackMs);
  await expectOthersUnaffected(fixture, expect);
  fault?.stop();

  const final = await expectEnding(product, fixture, row, call, reply, expect);
  const made = fixture.asked() - before;
  expect(made, 'backups that were made').toBe(final.made);
  const tries = exceptionOf(product, row, call.name)?.tries ?? triesOf(row, call);
  const sent = most(requests);
  // What is read before a command, or before a log, may be all that it takes to find out.
  if ((call.hits === 'commands' || call.hits === 'logs') && hitsMoreThanCall(row))
    expect(sent).toBeLessThanOrEqual(tries);
  else expect(sent, 'times that one request was sent').toBe(row.fault === 'nothing listens' ? 0 : tries);
  for (const { sentBytes } of fixture.proxy.requests) expect(sentBytes).toBeLessThan(maxTakenBytes);
  const shown = reply.told === final.told ? reply.told : `${reply.told}, then ${final.told}`;
  return `${shown} | ${Math.round(ms)} ms | ${requests.length}`;
}

const hitsMoreThanCall = ({ fault, isEverywhere }: FaultRow): boolean =>
  isEverywhere === true || fault === 'an ended session';

function triesOf(row: FaultRow, call: ChaosCall): number {
  if (row.fault === 'an ended session' && call.hits !== 'logins') return 2;
  return call.hits === 'reads' || call.hits === 'logs' ? row.tries : 1;
}

/** How often the very same thing was asked. */
function most(requests: readonly ProxiedRequest[]): number {
  const counts = new Map<string, number>();
  for (const { method, path, search } of requests) {
    const key = `${method} ${path}?${search}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

async function expectOthersUnaffected({ gateway, other }: ChaosWorld, expect: ExpectStatic): Promise<void> {
  const { data } = await gateway.askText(
    `{ backups(first: 5, filter: { providers: ["${other}"] }) { nodes { id } problems { code } } }`,
  );
  const { backups } = data as { backups: { nodes: unknown[]; problems: unknown[] } };
  expect(backups.nodes.length).toBe(5);
  expect(backups.problems).toEqual([]);
}

interface Final {
  readonly told: string;
  /** Backups that there must be now which were not there before. */
  readonly made: number;
}

async function expectEnding(
  product: ChaosProduct,
  fixture: ChaosWorld,
  row: FaultRow,
  call: ChaosCall,
  reply: Reply,
  expect: ExpectStatic,
): Promise<Final> {
  const exception = exceptionOf(product, row, call.name)?.told;
  const isStart = call.name === 'start' || call.name === 'reads before a start';
  if (!isStart && call.name !== 'cancel') {
    const wanted = call.name === 'edit' ? row.edit : call.name === 'login' ? row.login : row.read;
    expect(reply.told).toBe(exception ?? wanted);
    return { told: reply.told, made: 0 };
  }
  const ending: Ending = call.hits === 'commands' ? row.command : row.read === 'ANSWER' ? 'DONE' : row.read;
  const wasDone = ending === 'DONE' || ending === 'LOST_DONE';
  const told = await settled(fixture, reply, expect);
  const isProven = product.proves[isStart ? 'start' : 'cancel'];
  expect(told).toBe(exception ?? toldOf(ending, isStart, isProven));
  if (ending.startsWith('LOST') && !exception) expect(reply.told, 'at first').toBe('PENDING');
  if (!isStart) expect(fixture.isCancelled(), 'cancelled upstream').toBe(wasDone);
  return { told, made: isStart && wasDone ? 1 : 0 };
}

/** A cancel that nobody knows of has its backup to look at; a start, whatever came into being since. */
function toldOf(ending: Ending, isStart: boolean, isProven: boolean): string {
  if (ending === 'DONE' || (ending === 'LOST_DONE' && isProven)) return 'SUCCEEDED';
  if (ending === 'LOST_DONE') return 'OUTCOME_UNKNOWN, candidates: 1';
  if (ending === 'LOST_UNDONE') return `OUTCOME_UNKNOWN, candidates: ${isStart ? 0 : 1}`;
  return ending;
}

/** The outcome once nothing is looked for any more. */
async function settled(fixture: ChaosWorld, { told, operation }: Reply, expect: ExpectStatic): Promise<string> {
  if (told !== 'PENDING' || operation === null) return told;
  await expect.poll(async () => (await outcomeOf(fixture, operation)).status).not.toBe('PENDING');
  const { status, candidates } = await outcomeOf(fixture, operation);
  return status === 'OUTCOME_UNKNOWN' ? `${status}, candidates: ${candidates}` : status;
}
