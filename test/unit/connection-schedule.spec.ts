import { expect, test } from '@playwright/test';
import { advance, initial, type Model } from '../../src/connection/machine.js';
import { nextProbe } from '../../src/connection/schedule.js';
import { backoff } from '../../src/lib/backoff.js';
import { retryAfter } from '../../src/lib/retry-after.js';

const now = Date.UTC(2026, 10, 23);

function failing(times: number): Model {
  let model = initial(now);
  for (let count = 0; count < times; count += 1) {
    const reading = { state: 'unreachable', startedAt: now, source: 'probe' } as const;
    model = advance(model, reading, { at: now, offline: false, returned: false });
  }
  return model;
}

const waits = (model: Model) =>
  [0, 0.999_999].map((random) => Math.round(nextProbe({ now, model, interval: 30_000 }, () => random) - now));

test('backoff is full jitter: from nothing to a ceiling that doubles up to the limit', () => {
  const options = { delay: 1000, limit: 30_000 };
  expect([1, 2, 3, 6, 1000].map((attempt) => backoff(attempt, options, () => 1))).toEqual([
    1000, 2000, 4000, 30_000, 30_000,
  ]);
  expect(backoff(9, options, () => 0)).toBe(0);
  expect(backoff(0, options, () => 1)).toBe(1000);
});

test('a first failure is looked into within a second', { tag: '@C04' }, () => {
  expect(waits(failing(1))).toEqual([250, 1000]);
});

test('while failing, probes are 1 to 30 seconds apart', () => {
  expect([2, 3, 4, 7, 500].map((times) => waits(failing(times)))).toEqual([
    [1000, 2000],
    [1000, 3000],
    [1000, 5000],
    [1000, 30_000],
    [1000, 30_000],
  ]);
});

test('while all is well, the interval counts from the newest reading', () => {
  const reading = { state: 'online', startedAt: now, source: 'answer' } as const;
  const model = advance(initial(now), reading, { at: now + 7, offline: false, returned: false });
  expect(waits(model)).toEqual([30_007, 30_007]);
});

test('Retry-After outlasts the schedule', { tag: '@C09' }, () => {
  const retryAt = now + 86_400_000;
  expect(nextProbe({ now, model: failing(3), interval: 30_000, retryAt }, () => 1)).toBe(retryAt);
  expect(nextProbe({ now, model: failing(3), interval: 30_000, retryAt: now + 1 }, () => 1)).toBe(now + 3000);
});

test(
  'Retry-After is seconds or a date, never more than a day, and nothing when malformed',
  { tag: '@C09' },
  () => {
    const date = new Date(now + 90_000).toUTCString();
    expect(['120', ' 5 ', date, '86400', '999999999'].map((header) => retryAfter(header, now))).toEqual([
      now + 120_000,
      now + 5000,
      now + 90_000,
      now + 86_400_000,
      now + 86_400_000,
    ]);
    const past = new Date(now - 1000).toUTCString();
    for (const header of [
      null,
      '',
      ' ',
      'soon',
      '-5',
      '1.5',
      '1e3',
      '0x10',
      '0',
      past,
      'Mon, 99 Foo',
      '12 s',
    ]) {
      expect(retryAfter(header, now), String(header)).toBeUndefined();
    }
  },
);
