import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { createHealth } from '../../../src/upstream/health.ts';
import { unavailable } from '../../support/model.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

test('is unknown before anything was asked', () => {
  expect(createHealth().current()).toEqual({ status: 'UNKNOWN', checkedAt: null, latencyMs: null, error: null });
});

test('is up after an answer', () => {
  const health = createHealth();
  health.succeeded(12);
  expect(health.current()).toEqual({ status: 'UP', checkedAt: Date.now() * 1000, latencyMs: 12, error: null });
});

test('is degraded for a minute after the last answer, then down, and up with the next answer', () => {
  const health = createHealth();
  health.succeeded(1);
  const error = unavailable();
  health.failed(error, 5);
  expect(health.current()).toMatchObject({ status: 'DEGRADED', latencyMs: 5, error });
  vi.advanceTimersByTime(59_999);
  expect(health.current().status).toBe('DEGRADED');
  vi.advanceTimersByTime(1);
  expect(health.current().status).toBe('DOWN');
  health.succeeded(1);
  expect(health.current()).toMatchObject({ status: 'UP', error: null });
});

test('is down where nothing ever succeeded', () => {
  const health = createHealth();
  health.failed(unavailable(), 5);
  expect(health.current().status).toBe('DOWN');
});

test.each(['NOT_FOUND', 'CONFLICT', 'BAD_USER_INPUT', 'PROVIDER_FORBIDDEN'] as const)(
  '%s is an answer of a healthy product',
  (code) => {
    const { failed, current } = createHealth();
    failed(new GatewayError(code, 'no'), 5);
    expect(current().status).toBe('UP');
  },
);

test.each([
  'OUTCOME_UNKNOWN',
  'PROVIDER_UNAUTHENTICATED',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_INVALID_RESPONSE',
] as const)('%s is not', (code) => {
  const health = createHealth();
  health.failed(new GatewayError(code, 'no'), 5);
  expect(health.current().status).toBe('DOWN');
});
