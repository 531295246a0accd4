import { expect, test } from '@playwright/test';
import { begun, ended, held, lapsed, released } from '../../src/outbox/entry.js';
import { entry } from './outbox-samples.js';

const now = 1_000_000;
const schedule = { delay: 500, limit: 300_000 };
const half = () => 0.5;

test('an attempt begins: counted, leased, and not known how it ends', { tag: '@O01' }, () => {
  const before = entry({ state: 'held', reason: 'rejected', status: 422 });
  const after = begun(before, 'me', now + 50, now);
  expect(after).toMatchObject({
    state: 'sending',
    attempts: 1,
    lease: { holder: 'me', until: now + 50 },
    history: [{ at: now, class: 'started' }],
  });
  expect(after).not.toHaveProperty('reason');
  expect(after).not.toHaveProperty('status');
});

test('an attempt without an answer is tried again, later each time, never later than the limit', () => {
  const waits = [1, 2, 3, 20].map((attempts) => {
    const sending = entry({ state: 'sending', attempts, lease: { holder: 'me', until: now } });
    return ended(sending, { class: 'unknown' }, schedule, now, half).nextAttemptAt - now;
  });
  expect(waits).toEqual([250, 500, 1000, 150_000]);
});

test('what ended has no lease, and remembers its answer', () => {
  const sending = entry({ state: 'sending', attempts: 1, lease: { holder: 'me', until: now } });
  const after = ended(sending, { class: 'busy', status: 503 }, schedule, now, half);
  expect(after).toMatchObject({
    state: 'waiting',
    status: 503,
    history: [{ at: now, class: 'busy', status: 503 }],
  });
  expect(after).not.toHaveProperty('lease');
  expect(after).not.toHaveProperty('notBefore');
});

test('the server’s word on when to come back is kept, and goes with the next answer', { tag: '@C09' }, () => {
  const sending = entry({ state: 'sending', attempts: 1 });
  const asked = ended(sending, { class: 'busy', status: 503, retryAt: now + 9e6 }, schedule, now, half);
  expect(asked.notBefore).toBe(now + 9e6);
  expect(ended(asked, { class: 'busy' }, schedule, now, half)).not.toHaveProperty('notBefore');
});

test('without an answer, a page that wants to be asked is asked', { tag: '@O01' }, () => {
  const sending = entry({ state: 'sending', attempts: 1, unknown: 'ask' });
  expect(ended(sending, { class: 'unknown' }, schedule, now)).toMatchObject({
    state: 'held',
    reason: 'unknown',
  });
  expect(ended(sending, { class: 'busy' }, schedule, now)).toMatchObject({ state: 'waiting' });
});

for (const reason of ['sign-in', 'rejected', 'unknown', 'expired', 'refused'] as const) {
  test(`an attempt that ended as ${reason} needs a person`, { tag: '@O10' }, () => {
    const sending = entry({
      state: 'sending',
      attempts: 1,
      unknown: 'ask',
      lease: { holder: 'me', until: now },
    });
    const after = ended(sending, { class: reason }, schedule, now);
    expect(after).toMatchObject({ state: 'held', reason });
    expect(after).not.toHaveProperty('lease');
  });
}

test('let go by a person: due now, whatever it waited for', () => {
  const after = released(held(entry({ notBefore: now + 9e6, createdAt: 5 }), 'expired'), now);
  expect(after).toMatchObject({ state: 'waiting', nextAttemptAt: now, releasedAt: now, createdAt: 5 });
  expect(after).not.toHaveProperty('notBefore');
  expect(after).not.toHaveProperty('reason');
});

test('what the browser was sending may be over before its time', { tag: '@O18' }, () => {
  const sending = entry({ state: 'sending', lease: { holder: 'navigation', until: now + 60_000 } });
  expect(lapsed(sending, now)).toEqual({ ...sending, lease: { holder: 'navigation', until: now } });
});

test('of its attempts an entry remembers the last twenty', () => {
  let known = entry();
  for (let at = 1; at <= 30; at += 1) known = begun(known, 'me', 0, at);
  expect(known.attempts).toBe(30);
  expect(known.history).toHaveLength(20);
  expect(known.history.at(-1)).toEqual({ at: 30, class: 'started' });
});
