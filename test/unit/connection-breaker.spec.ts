import { expect, test } from '@playwright/test';
import { createBreaker, type BreakerDeps } from '../../src/connection/breaker.js';
import { createMemoryStore } from '../../src/storage/memory.js';
import { metaKey } from '../../src/storage/records.js';
import type { BreakerState } from '../../src/types.js';
import { createClock } from './connection-world.js';

function setUp(more: Partial<BreakerDeps> = {}) {
  const clock = createClock();
  const store = createMemoryStore();
  const told: BreakerState[] = [];
  const controller = new AbortController();
  const deps: BreakerDeps = {
    threshold: 5,
    timeout: 60_000,
    store,
    onChange: (state) => told.push(state),
    signal: controller.signal,
    now: clock.now,
    timer: clock.timer,
    ...more,
  };
  const create = () => createBreaker(deps);
  return { clock, store, told, controller, create, breaker: create() };
}

const fail = (breaker: { failure(): void }, times: number) => {
  for (let count = 0; count < times; count += 1) breaker.failure();
};

test('the breaker opens at the threshold of failures in a row', { tag: '@C10' }, () => {
  const { breaker, told } = setUp();
  fail(breaker, 4);
  breaker.success();
  fail(breaker, 4);
  expect(breaker.state).toBe('closed');
  breaker.failure();
  expect(breaker.state).toBe('open');
  expect(told).toEqual(['open']);
});

test('half-open after the whole time, and a success closes it', { tag: '@C10' }, async () => {
  const { breaker, clock, told } = setUp();
  fail(breaker, 5);
  await clock.advance(59_999);
  expect(breaker.state).toBe('open');
  await clock.advance(1);
  expect(breaker.state).toBe('half-open');
  breaker.success();
  expect(breaker.state).toBe('closed');
  expect(told).toEqual(['open', 'half-open', 'closed']);
});

test('a failed trial opens it again, for the whole time', { tag: '@C10' }, async () => {
  const { breaker, clock, told } = setUp();
  fail(breaker, 5);
  await clock.advance(60_000);
  breaker.failure();
  await clock.advance(59_999);
  expect(breaker.state).toBe('open');
  await clock.advance(1);
  expect(told).toEqual(['open', 'half-open', 'open', 'half-open']);
});

test('attempts under way when it opened do not keep it open for longer', { tag: '@C10' }, async () => {
  const { breaker, clock } = setUp();
  fail(breaker, 5);
  await clock.advance(59_000);
  breaker.failure();
  await clock.advance(1000);
  expect(breaker.state).toBe('half-open');
});

test('its state survives a reload', { tag: '@C10' }, async () => {
  const { breaker, create, clock, told } = setUp();
  fail(breaker, 5);
  await clock.advance(20_000);
  const next = create();
  await next.ready;
  expect(next.state).toBe('open');
  expect(told).toEqual(['open', 'open']);
  await clock.advance(40_000);
  expect(next.state).toBe('half-open');
});

test('failures before a reload count after it', { tag: '@C10' }, async () => {
  const { breaker, create } = setUp();
  fail(breaker, 4);
  const next = create();
  await next.ready;
  next.failure();
  expect(next.state).toBe('open');
});

test('a clock set back does not keep it open for longer than meant, an unknown record is left alone', async () => {
  const { store, create, clock } = setUp();
  await store.write([{ put: metaKey('breaker'), value: { v: 1, failures: 5, until: clock.now() + 1e9 } }]);
  const next = create();
  await next.ready;
  await clock.advance(60_000);
  expect(next.state).toBe('half-open');
  await store.write([{ put: metaKey('breaker'), value: { v: 2, failures: 5, until: clock.now() + 1e9 } }]);
  const other = create();
  await other.ready;
  expect(other.state).toBe('closed');
});

test('a store that fails leaves a breaker that works, and stopping leaves no timer', async () => {
  const broken = async () => Promise.reject(new Error('no storage'));
  const store = { ...createMemoryStore(), get: broken, write: broken };
  const { breaker, clock, controller, told } = setUp({ store });
  await breaker.ready;
  fail(breaker, 5);
  expect(breaker.state).toBe('open');
  controller.abort();
  await clock.advance(120_000);
  expect([clock.timers, told]).toEqual([0, ['open']]);
});
