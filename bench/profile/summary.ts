/** A CPU profile as tables: by folder and package, by file, and by function. */
import { type CallFrame, isBuiltIn, type Place } from './places.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** As V8 writes it. */
export interface CpuProfile {
  /** Microseconds of the monotonic clock that the programs of a machine share. */
  readonly startTime: number;
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface SummaryOptions {
  readonly placeOf: (frame: CallFrame) => Place;
  /** Of the same clock: starting, warming up and stopping are not what is asked about. */
  readonly from: number;
  readonly to: number;
  readonly operations: number;
}

/** A frame with what the tables call it. */
interface Frame {
  readonly callFrame: CallFrame;
  readonly place: Place;
  readonly label: string;
}

const longestTable = 40;

export function summarise(profile: CpuProfile, { placeOf, from, to, operations }: SummaryOptions): string {
  const stackOf = createStacks(profile, placeOf);
  const tables = { part: new Map(), file: new Map(), own: new Map(), whole: new Map() } as Record<
    'part' | 'file' | 'own' | 'whole',
    Map<string, number>
  >;
  let at = profile.startTime;
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const stack = stackOf(id);
    const [top] = stack;
    if (at < from || at > to || !top || top.callFrame.functionName === '(idle)') continue;
    busy += delta;
    const { part, file } = workerOf(stack, top).place;
    add(tables.part, part, delta);
    add(tables.file, file, delta);
    add(tables.own, top.label, delta);
    for (const label of new Set(stack.map((frame) => frame.label))) add(tables.whole, label, delta);
  }
  tables.whole.delete('(root)');
  return [
    `${operations} operations, busy for ${(busy / 1000 / operations).toFixed(2)} ms each\n`,
    toTable('By folder and package, % of busy time; what Node and V8 do belongs to their caller', tables.part, busy),
    toTable('By file and package', tables.file, busy),
    toTable('By function, without what it calls', tables.own, busy),
    toTable('By function, with what it calls', tables.whole, busy),
  ].join('\n');
}

function createStacks({ nodes }: CpuProfile, placeOf: (frame: CallFrame) => Place): (id: number) => readonly Frame[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, toFrame(callFrame, placeOf(callFrame))]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const stacks = new Map<number, readonly Frame[]>();
  return (id) => {
    const known = stacks.get(id);
    if (known) return known;
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at);
      if (frame) stack.push(frame);
    }
    stacks.set(id, stack);
    return stack;
  };
}

function toFrame(callFrame: CallFrame, place: Place): Frame {
  const name = callFrame.functionName || '(anonymous)';
  return { callFrame, place, label: place.line > 0 ? `${name} [${place.file}:${place.line}]` : name };
}

/** The package or the file of ours that is at work, itself or by what it calls of Node. */
function workerOf(stack: readonly Frame[], top: Frame): Frame {
  if (!isBuiltIn(top.callFrame)) return top;
  const isOthers = ({ callFrame }: Frame): boolean => callFrame.url !== '' && !isBuiltIn(callFrame);
  return stack.find(isOthers) ?? stack.find(({ callFrame }) => callFrame.url !== '') ?? top;
}

const add = (totals: Map<string, number>, key: string, value: number): void => {
  totals.set(key, (totals.get(key) ?? 0) + value);
};

function toTable(title: string, totals: ReadonlyMap<string, number>, whole: number): string {
  const rows = [...totals].sort(([, a], [, b]) => b - a).slice(0, longestTable);
  const lines = rows.map(([name, value]) => `  ${((value / whole) * 100).toFixed(1).padStart(5)}  ${name}`);
  return [title, ...lines, ''].join('\n');
}
