import { describe, expect, it } from 'vitest';
import { createLineReader, toLogLine } from '../../../../providers/flosum/log-map.ts';
import { GatewayError } from '../../../../src/core/errors.ts';

describe('a line of a log', () => {
  it.each([
    ['2026-11-22T10:00:00.000Z INFO  Account: 7 records', 'INFO'],
    ['2026-11-22T10:00:00.000Z WARN  slow', 'WARNING'],
    ['[ERROR] no', 'ERROR'],
    ['FATAL', 'ERROR'],
    ['DEBUG x', 'DEBUG'],
    ['an error of no importance', 'UNKNOWN'],
    ['ERROR_CODE 7', 'UNKNOWN'],
    [`${'x'.repeat(60)} ERROR`, 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('that is %j is of level %s', (raw, level) => {
    expect(toLogLine(raw)).toEqual({ text: raw, raw, at: null, level });
  });

  it('that was written over itself is one line all the same', () => {
    expect(toLogLine('10 %\r20 %')).toMatchObject({ text: '10 % 20 %', raw: '10 %\r20 %' });
  });
});

describe('a log in pieces', () => {
  const read = (text: string, size: number, isOver = true) => {
    const bytes = Buffer.from(text);
    const reader = createLineReader('salesforce');
    for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
    return reader.finish(isOver).map(({ raw }) => raw);
  };

  it.each([1, 2, 3, 7, 1000])('of %i bytes has whole lines and whole characters', (size) => {
    expect(read('Prüfung\n請求書\r\n\n🦀 end', size)).toEqual(['Prüfung', '請求書', '', '🦀 end']);
    expect(read('one\ntwo\n', size)).toEqual(['one', 'two']);
  });

  it('that still grows leaves out the line that is being written', () => {
    expect(read('one\ntw', 4, false)).toEqual(['one']);
    expect(read('one\ntwo\n', 4, false)).toEqual(['one', 'two']);
  });

  it.each(['<!DOCTYPE html><html>', '\n <html lang="en">'])('that begins with %j is a web page', (text) => {
    expect(() => read(text, 1000)).toThrow(GatewayError);
  });
});
