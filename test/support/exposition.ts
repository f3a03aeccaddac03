/** Reads the text format of Prometheus, and checks what `promtool check metrics` checks. Throws at the first fault. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const labelPattern = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (labelPattern.lastIndex < text.length) {
    const at = labelPattern.lastIndex;
    const found = labelPattern.exec(text);
    if (!found) throw new Error(`not a label at ${at}: ${text}`);
    const [, name = '', value = ''] = found;
    if (name in labels) throw new Error(`the label ${name} is there twice: ${text}`);
    labels[name] = value.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

export class Exposition {
  readonly families = new Map<string, Family>();

  constructor(text: string) {
    if (!text.endsWith('\n')) throw new Error('the last line has no end');
    let current = '';
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const head = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
      if (head?.[1] === 'HELP') {
        current = head[2] ?? '';
        if (this.families.has(current)) throw new Error(`${current} is there twice`);
        this.families.set(current, { type: '', help: head[3] ?? '', samples: [] });
      } else if (head) {
        const family = this.families.get(current) as Family;
        if (head[2] !== current) throw new Error(`TYPE of ${head[2]} after HELP of ${current}`);
        this.families.set(current, { ...family, type: head[3] ?? '' });
      } else this.#add(current, line);
    }
    for (const [name, family] of this.families) checkFamily(name, family);
  }

  #add(current: string, line: string): void {
    const [, name = '', labels = '', value = ''] = samplePattern.exec(line) ?? [];
    const family = this.families.get(current);
    const isOfFamily = name === current || name.replace(/_(bucket|sum|count)$/, '') === current;
    if (!family || !isOfFamily) throw new Error(`not a sample of ${current}: ${line}`);
    if (value !== '+Inf' && value !== 'NaN' && Number.isNaN(Number(value))) throw new Error(`not a number: ${line}`);
    family.samples.push({ name, labels: readLabels(labels), value: value === '+Inf' ? Infinity : Number(value) });
  }

  /** Samples whose labels include these. */
  samples(name: string, labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const family = this.families.get(name) ?? this.families.get(name.replace(/_(bucket|sum|count)$/, ''));
    return (family?.samples ?? []).filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  }

  /** Sum of the samples; null if there are none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | null {
    const found = this.samples(name, labels);
    return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
  }

  get allSamples(): readonly Sample[] {
    return [...this.families.values()].flatMap(({ samples }) => samples);
  }
}

function checkFamily(name: string, { type, help, samples }: Family): void {
  if (help === '') throw new Error(`${name} has no help`);
  if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`${name} has the type ${type}`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`the counter ${name} does not end in _total`);
  if (type !== 'counter' && name.endsWith('_total')) throw new Error(`${name} ends in _total and is a ${type}`);
  if (/_(milliseconds|ms|minutes|hours|days|kilobytes|megabytes|percent)(_|$)/.test(name))
    throw new Error(`${name} has a unit that is not a base unit`);
  const keys = samples.map((sample) => `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`);
  const repeated = keys.find((key, index) => keys.indexOf(key) < index);
  if (repeated !== undefined) throw new Error(`the series ${repeated} is there twice`);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const keyOf = ({ labels: { le: _le, ...labels } }: Sample) => JSON.stringify(Object.entries(labels).sort());
  for (const key of new Set(samples.map(keyOf))) {
    const own = samples.filter((sample) => keyOf(sample) === key);
    const counts = own.filter((sample) => sample.name === `${name}_bucket`).map(({ value }) => value);
    const count = own.find((sample) => sample.name === `${name}_count`)?.value;
    if (counts.some((value, index) => value < (counts[index - 1] ?? 0))) throw new Error(`${name}: buckets decrease`);
    if (counts.at(-1) !== count) throw new Error(`${name}: the last bucket is not the count`);
  }
}
