/** Whether the CPU time of a function of text grows no faster than the length of the text, whatever the machine does. */

/** Texts of a length that patterns with overlapping repetitions take long for. */
export const adversarial: Readonly<Record<string, (length: number) => string>> = {
  'spaces before a letter': (length) => `${' '.repeat(length)}x`,
  'spaces within words': (length) => `1${' '.repeat(length)}x`,
  'line breaks and spaces': (length) => `${' \n'.repeat(length / 2)}x`,
  quotes: (length) => `password=${'"\\'.repeat(length / 2)}`,
  'open tags': (length) => '<a'.repeat(length / 2),
  'open scripts': (length) => '<script '.repeat(length / 8),
  comments: (length) => '<!--'.repeat(length / 4),
  digits: (length) => `${'1'.repeat(length)}x`,
  zeros: (length) => '0'.repeat(length),
  slashes: (length) => `${'/'.repeat(length)}x`,
  'beginnings of tokens': (length) => 'eyJ'.repeat(length / 3),
  'full stops': (length) => `${'.'.repeat(length)}x`,
  'names with full stops': (length) => 'a.'.repeat(length / 2),
  'class names': (length) => `${'a.'.repeat(length / 2)}Ab`,
  'open stack traces': (length) => ' at a('.repeat(length / 6),
  'words of secrets': (length) => 'password bearer '.repeat(length / 16),
  'keys and spaces': (length) => `token= bearer${' '.repeat(length)}`,
  logins: (length) => 'a:b'.repeat(length / 3),
  entities: (length) => '&#&amp;'.repeat(length / 7),
  'colours of a terminal': (length) => '\u001b[0;'.repeat(length / 4),
  'halves of surrogates': (length) => '\ud83d'.repeat(length),
  'hidden characters': (length) => '\u200b\u2028'.repeat(length / 2),
  brackets: (length) => '{"['.repeat(length / 3),
  commas: (length) => ', '.repeat(length / 2),
  variables: (length) => '${a'.repeat(length / 3),
  'base64 of nothing': (length) => `${'='.repeat(length)}A`,
  mixed: (length) => 'Bearer <a "\' //x:1@b. eyJabcd. 00 \n\t{} &lt; '.repeat(length / 45),
};

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function costOf(work: () => unknown): number {
  const before = cpuMs();
  try {
    work();
  } catch {
    // A refusal is an answer, too: what it costs is what matters here.
  }
  return cpuMs() - before;
}

const allowances = new Map<number, number>();

/** What this machine takes to look at each character of a text some hundred times; measured once for a length. */
function allowanceFor(length: number): number {
  const known = allowances.get(length);
  if (known !== undefined) return known;
  const text = 'x'.repeat(length);
  let sum = 0;
  const look = () => {
    for (let time = 0; time < 200; time++) {
      for (let at = 0; at < length; at++) sum = (sum + text.charCodeAt(at) * time) | 0;
    }
    return sum;
  };
  // The least of several: the first one runs before it is compiled, and others wait for caches.
  const ms = Math.min(...Array.from({ length: 5 }, () => costOf(look)));
  // The clock of the CPU may tick late.
  const allowance = Math.max(3 * ms, 30);
  allowances.set(length, allowance);
  return allowance;
}

/** Enough for the shortest of them to be undisturbed: collectors and compilers spend CPU time of the process, too. */
const attempts = 10;

/**
 * Null where the time is linear; otherwise the times at a length and at twice the length, the least of several each. Less
 * than an allowance for the length passes without comparing: it is too short to be measured.
 */
export function growthOf(work: (text: string) => unknown, make: (length: number) => string, length: number) {
  const texts = [make(length), make(2 * length)] as const;
  let [once, twice] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < attempts; attempt++) {
    twice = Math.min(
      twice,
      costOf(() => work(texts[1])),
    );
    if (twice <= allowanceFor(2 * length)) return null;
    once = Math.min(
      once,
      costOf(() => work(texts[0])),
    );
    if (twice <= 3 * once) return null;
  }
  return { once, twice };
}
