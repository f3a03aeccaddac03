/** What anybody can cause from outside does not fill the disk: the first lines are whole, the rest is counted. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../../src/observability/log.ts';
import { createRepeatedLines } from '../../../src/observability/repeated-lines.ts';

afterEach(() => void vi.useRealTimers());

function noting() {
  const written: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const note = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void written.push({ level, fields, message });
  return { written, log: { info: note('info'), warn: note('warn') } as unknown as Log };
}

const from = (address: string, reason = 'UNAUTHENTICATED') =>
  ({ level: 'info', address, reason, fields: { address, reason } }) as const;

describe('repeated lines', () => {
  it('are whole at first, then counted with their reasons, once for each address and interval', () => {
    vi.useFakeTimers();
    const { written, log } = noting();
    const lines = createRepeatedLines(log, 'not admitted', { intervalMs: 60_000, perAddress: 3 });
    for (let count = 0; count < 1_000; count++) lines.write(from('a', count % 2 ? 'RATE_LIMITED' : 'UNAUTHENTICATED'));
    lines.write(from('b'));
    expect(written).toHaveLength(4);
    vi.advanceTimersByTime(60_000);
    expect(written.slice(4)).toEqual([
      {
        level: 'warn',
        message: 'not admitted: repeated',
        fields: { address: 'a', repeated: 997, reasons: { RATE_LIMITED: 499, UNAUTHENTICATED: 498 }, seconds: 60 },
      },
    ]);
    lines.write(from('a'));
    expect(written).toHaveLength(6);
    vi.advanceTimersByTime(600_000);
    expect(written).toHaveLength(6);
  });

  it('stay few, and are all counted, whatever the number of addresses', () => {
    vi.useFakeTimers();
    const { written, log } = noting();
    const lines = createRepeatedLines(log, 'x', { perAddress: 5, perInterval: 50, maxAddresses: 20 });
    const total = 100_000;
    for (let count = 0; count < total; count++)
      lines.write(from(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`));
    lines.close();
    expect(written.length).toBeLessThanOrEqual(50 + 21);
    const whole = written.filter(({ message }) => message === 'x').length;
    const counted = written.reduce((sum, { fields }) => sum + Number(fields['repeated'] ?? 0), 0);
    expect(whole + counted).toBe(total);
    expect(written.at(-1)?.fields['address']).toBe('other addresses');
  });

  it('have bounded reasons', () => {
    const { written, log } = noting();
    const lines = createRepeatedLines(log, 'x', { perAddress: 0 });
    for (let count = 0; count < 1_000; count++) lines.write(from('a', `reason ${count}`));
    lines.close();
    const reasons = written[0]?.fields['reasons'] as Record<string, number>;
    expect(Object.keys(reasons)).toHaveLength(11);
    expect(reasons['other']).toBe(990);
  });
});
