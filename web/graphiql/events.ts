/** The events of a subscription as one answer, the newest first, since the editor shows the beginning of a text. */

export type Result = Readonly<Record<string, unknown>>;

/** Further ones make the answer slow to draw. */
const maxShown = 200;
/** Of a log, a thousand lines can come in a second. */
const everyMs = 100;

export function createEvents(show: (answer: Result) => void) {
  const shown: Result[] = [];
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (count === 0) return;
    const events = Object.fromEntries(shown.map((event, index) => [`event ${count - index}`, event]));
    const left = count - shown.length;
    show(left === 0 ? events : { ...events, 'earlier events': left });
  }

  return {
    add(event: Result): void {
      count += 1;
      shown.unshift(event);
      if (shown.length > maxShown) shown.pop();
      // The first is shown at once.
      if (count === 1) flush();
      else timer ??= setTimeout(flush, everyMs);
    },
    flush,
  };
}
