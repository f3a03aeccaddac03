/** A JSON log line as text for people: `2026-11-28T20:00:00.000Z WARN  message key=value`; a stack follows in lines of its own. */
export function toPretty(line: string): string {
  const { time, level, msg = '', err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const texts = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? String(err.stack) : '';
  const indented = stack === '' ? '' : `\n${stack.replaceAll(/^/gm, '    ')}`;
  // A message may repeat what a client sent: it must not begin a line of its own.
  const message = String(msg).replaceAll(/[\r\n]+/g, ' ');
  return `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${message}${texts.join('')}${indented}\n`;
}
