/** The dashboard in Chromium: the first screen, a long list, a fast log, and memory over live events. */
import { setTimeout as pass } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import { type Child, startChild } from '../children.ts';
import { assertChromium, framesWhileScrolling, heapOf, launchChromium, openPage, watchLog } from '../chromium.ts';
import { type Measure, measure, valueAtMost } from '../report.ts';
import { floods, type Gateway, programOf } from '../sides.ts';
import { median, quantile } from '../statistics.ts';
import { inTurn } from '../turns.ts';

/** A frame that a person does not notice. */
const longestFrameMs = 50;
/** Heaps are looked at once a minute, or so often in a shorter run. */
const leastLooks = 10;

interface Figures {
  readonly firstMs: readonly number[];
  readonly readSeconds: number;
  readonly scrolled: readonly number[];
  readonly log: Log;
  readonly memory: { readonly screen: readonly number[]; readonly log: readonly number[] };
}

interface Log {
  readonly linesPerSecond: number;
  readonly missing: number;
  readonly lags: readonly number[];
  readonly frames: readonly number[];
}

export const dashboard: Scenario = {
  name: 'dashboard',
  assertPossible: assertChromium,
  async run(bench: Bench) {
    const { scale } = bench;
    const found: Figures[] = [];
    for (const gateway of bench.gateways) {
      const browser = await launchChromium();
      try {
        found.push(await measureGateway(browser, bench, gateway));
      } finally {
        await browser.close();
      }
    }
    return {
      scenario: 'dashboard',
      title: `Dashboard in Chromium: ${scale.listRows} rows, a log of ${scale.linesPerSecond} lines a second, ${scale.minutes} min of events`,
      columns: bench.gateways.map(({ name }) => name),
      measures: toMeasures(bench, found),
      notes: found.flatMap((one) => toNotes(bench, one)),
    };
  },
};

async function measureGateway(browser: Browser, bench: Bench, gateway: Gateway): Promise<Figures> {
  const { coldStarts, isInTurn } = bench.scale;
  const start = inTurn(isInTurn);
  const [firstMs, list, log, memory] = await Promise.all([
    start(() => openFirstScreens(browser, gateway, coldStarts)),
    start(() => readLongList(browser, bench, gateway)),
    start(() => followLog(browser, bench, gateway)),
    start(() => followEvents(browser, bench, gateway)),
  ]);
  return { firstMs, ...list, log, memory };
}

const originOf = ({ url }: Child): string => new URL(url).origin;

/** From the click on a link until the sentence about everything stands there; the first opening warms the gateway up. */
async function openFirstScreens(browser: Browser, gateway: Gateway, count: number): Promise<number[]> {
  await using server = await gateway.startSandbox();
  const times: number[] = [];
  for (let opening = 0; opening <= count; opening++) {
    const page = await openPage(browser, `${originOf(server)}/ui`);
    await page.getByRole('heading', { level: 1, name: /protected/ }).waitFor();
    if (opening > 0) times.push(await page.evaluate(() => performance.now()));
    await page.context().close();
  }
  return times;
}

/** Reads on with the key End, as a person does who looks for the oldest, then scrolls through. */
async function readLongList(browser: Browser, bench: Bench, gateway: Gateway) {
  const { listRows, frames, rounds } = bench.scale;
  const systems = systemsOf(bench, 4).filter(({ kind }) => kind === 'vprotect');
  await using server = await gateway.start({ systems, cacheSeconds: 0, more: { history: { off: true } } });
  const page = await openPage(browser, `${originOf(server)}/ui/backups`);
  const rows = page.getByRole('list', { name: 'Backups' }).getByRole('listitem');
  await rows.first().getByRole('link').first().focus();
  const startedAt = performance.now();
  for (let last = 0; last < listRows; ) {
    await page.keyboard.press('End');
    await pass(20);
    last = Number(await rows.last().getAttribute('aria-posinset'));
  }
  const readSeconds = (performance.now() - startedAt) / 1000;
  const scrolled: number[] = [];
  for (let round = 0; round < rounds; round++)
    scrolled.push(...(await framesWhileScrolling(page, '.list-box', frames)));
  await page.context().close();
  return { readSeconds, scrolled };
}

const startLive = (gateway: Gateway, { url }: Child, fastSeconds: number): Promise<Child> =>
  gateway.startWith({
    providers: [{ name: 'live', kind: 'borg', url, username: 'bench', password: 'bench-password' }],
    streams: { fastSeconds, slowSeconds: Math.max(1, fastSeconds) },
    limits: floods,
    history: { off: true },
    log: { level: 'warn' },
  });

async function openLog(browser: Browser, server: Child): Promise<Page> {
  const id = Buffer.from('BorgBackup:live:1').toString('base64url');
  const page = await openPage(browser, `${originOf(server)}/ui/backups/${id}`);
  await page
    .getByRole('log')
    .getByText(/ at \d+/)
    .first()
    .waitFor();
  return page;
}

/** Borg UI shows the newest 500 lines only, so it is asked ten times a second. A few other backups run meanwhile. */
async function followLog(browser: Browser, bench: Bench, gateway: Gateway): Promise<Log> {
  const { linesPerSecond, logSeconds } = bench.scale;
  await using running = await startChild([
    programOf('running'),
    ...['--backups', '5', '--linesPerSecond', String(linesPerSecond)],
  ]);
  await using server = await startLive(gateway, running, 0.1);
  const page = await openLog(browser, server);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const watched = await watchLog(page, logSeconds);
  await page.getByRole('button', { name: 'Copy: lines that are shown' }).click();
  const shown = await page.evaluate(() => navigator.clipboard.readText());
  await page.context().close();
  const missing = countMissing(shown.split('\n'));
  return { linesPerSecond, missing, ...watched };
}

/** Lines that should stand between others, and do not. Throws where the order is another one. */
function countMissing(lines: readonly string[]): number {
  const numbers = lines.flatMap((line) => Number(/^(?:.*\D)?file (\d+) at \d+$/.exec(line)?.[1] ?? Number.NaN));
  const known = numbers.filter(Number.isFinite);
  const isInOrder = known.every((number, index) => index === 0 || number > (known[index - 1] ?? 0));
  if (!isInOrder || known.length === 0) throw new Error('the log on the screen has no lines, or not in their order');
  return (known.at(-1) ?? 0) - (known[0] ?? 0) + 1 - known.length;
}

/** The first screen and the log of a backup, each with a heap of its own, while backups start and end. */
async function followEvents(browser: Browser, { scale }: Bench, gateway: Gateway) {
  const rates = ['--startsPerSecond', '0.5', '--linesPerSecond', '1'];
  await using running = await startChild([programOf('running'), ...rates]);
  await using server = await startLive(gateway, running, 1);
  const log = await openLog(browser, server);
  const screen = await openPage(browser, `${originOf(server)}/ui`);
  await screen.getByText('Live', { exact: true }).waitFor();
  await screen.getByRole('region', { name: 'Running' }).getByRole('link').first().waitFor();
  const heaps = { screen: [] as number[], log: [] as number[] };
  const looks = Math.max(leastLooks, Math.round(scale.minutes));
  for (let look = 0; look < looks; look++) {
    await pass((scale.minutes * 60_000) / looks);
    heaps.screen.push((await heapOf(screen)) / 1e6);
    heaps.log.push((await heapOf(log)) / 1e6);
    // Whoever waits for an hour, or ends it earlier, sees how it goes.
    if (scale.minutes > 1) {
      const [one, other] = [heaps.screen, heaps.log].map((all) => all.at(-1)?.toFixed(2));
      process.stderr.write(`look ${look + 1} of ${looks}: screen of events ${one} MB, followed log ${other} MB\n`);
    }
  }
  // It has followed until the end: what it shows is of the last seconds.
  const { lags } = await watchLog(log, 3);
  if (lags.length === 0) throw new Error('the log has stopped to follow');
  await Promise.all([screen.context().close(), log.context().close()]);
  return heaps;
}

const fifthOf = (values: readonly number[], fifth: number): number => {
  const size = Math.ceil(values.length / 5);
  return median(fifth === 0 ? values.slice(0, size) : values.slice(-size));
};

function toMeasures({ scale }: Bench, found: readonly Figures[]): Measure[] {
  const rows = `${scale.listRows} rows`;
  const fast = `log, ${scale.linesPerSecond} lines/s`;
  const row = (name: string, unit: string, of: (one: Figures) => number, target?: Parameters<typeof measure>[3]) =>
    measure(name, unit, found.map(of), target);
  const heaps = (name: string, key: keyof Figures['memory']) => [
    row(`${name}: heap, first fifth`, 'MB', ({ memory }) => fifthOf(memory[key], 0)),
    row(`${name}: heap, last fifth`, 'MB', ({ memory }) => fifthOf(memory[key], 4)),
    row(
      `${name}: last to first`,
      'times',
      ({ memory }) => fifthOf(memory[key], 4) / fifthOf(memory[key], 0),
      valueAtMost(1.2),
    ),
  ];
  const frame = valueAtMost(longestFrameMs, ' ms');
  return [
    row('first screen', 'ms', ({ firstMs }) => median(firstMs), valueAtMost(1_000, ' ms')),
    row(`${rows}: read to the end`, 's', ({ readSeconds }) => readSeconds),
    row(`${rows}: frame, median`, 'ms', ({ scrolled }) => median(scrolled)),
    row(`${rows}: frame, 99 of 100 within`, 'ms', ({ scrolled }) => quantile(scrolled, 0.99), frame),
    row(`${fast}: lines that are missing`, 'lines', ({ log }) => log.missing, valueAtMost(0)),
    row(`${fast}: from the product to the screen, median`, 'ms', ({ log }) => median(log.lags)),
    row(`${fast}: the same, longest`, 'ms', ({ log }) => Math.max(...log.lags)),
    row(`${fast}: frame, median`, 'ms', ({ log }) => median(log.frames)),
    row(`${fast}: frame, 99 of 100 within`, 'ms', ({ log }) => quantile(log.frames, 0.99), frame),
    ...heaps('screen of events', 'screen'),
    ...heaps('followed log', 'log'),
  ];
}

function toNotes({ scale }: Bench, { firstMs, scrolled, log, memory }: Figures): string[] {
  const text = (value: number) => value.toFixed(value < 100 ? 1 : 0);
  const quartiles = (values: readonly number[]) =>
    `${text(quantile(values, 0.25))} to ${text(quantile(values, 0.75))}, longest ${text(Math.max(...values))}`;
  return [
    `First screen: quartiles of ${firstMs.length} openings ${quartiles(firstMs)} ms.`,
    `Frames while rows pass: quartiles ${quartiles(scrolled)} ms. While the log is followed for ${scale.logSeconds} s: ${quartiles(log.frames)} ms.`,
    `Lag of the log: quartiles ${quartiles(log.lags)} ms; it is asked ten times a second.`,
    `Heap after a collection, MB: screen of events ${memory.screen.map(text).join(' ')}; followed log ${memory.log.map(text).join(' ')}.`,
  ];
}
