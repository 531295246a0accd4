import { expect, test } from '@playwright/test';
import { createMemoryStore } from '../../src/storage/memory.js';
import { createWorld, json, refused } from './connection-world.js';

const second = 1000;
const minute = 60 * second;

test('the server is asked at once, with a nonce and past every cache', async () => {
  const world = createWorld();
  const connection = world.start();
  expect(connection.current).toMatchObject({ state: 'unknown' });
  await world.clock.settle();
  expect(connection.current).toMatchObject({ state: 'online', since: world.clock.now(), latency: 0 });
  expect(world.probes[0]?.url.pathname).toBe('/health/');
  expect(world.probes[0]?.url.searchParams.get('_')).toMatch(/^[\da-f-]{36}$/);
  expect(world.probes[0]?.init).toMatchObject({ cache: 'no-store', credentials: 'same-origin' });
  await connection.check();
  const nonces = world.probes.map(({ url }) => url.search);
  expect(new Set(nonces).size).toBe(2);
});

test('while all is well, it is asked every interval, and not while answers to requests are fresh', async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(2 * minute);
  expect(world.probes).toHaveLength(5);
  for (let count = 0; count < 10; count += 1) {
    await world.clock.advance(20 * second);
    connection.report({ state: 'online', startedAt: world.clock.now(), source: 'answer' });
  }
  expect(world.probes).toHaveLength(5);
  await world.clock.advance(30 * second);
  expect(world.probes).toHaveLength(6);
});

test('the first probe ever failing is told within a second', { tag: '@C04' }, async () => {
  const world = createWorld();
  world.answer = refused;
  world.start();
  await world.clock.settle();
  expect(world.states()).toEqual([]);
  await world.clock.advance(second);
  expect(world.states()).toEqual(['unreachable']);
  expect(world.probes).toHaveLength(2);
});

test('one failure between successes is not told', { tag: '@C03' }, async () => {
  const world = createWorld();
  world.answer = () => json({ status: world.probes.length % 2 === 0 ? 'fail' : 'pass' });
  world.start();
  await world.clock.advance(10 * minute);
  expect(world.probes.length).toBeGreaterThan(30);
  expect(world.states()).toEqual(['online']);
});

test('a failing server is asked 1 to 30 seconds apart, and its return is told at the first answer', async () => {
  const world = createWorld({ random: () => 1 });
  world.answer = refused;
  const connection = world.start();
  await world.clock.advance(5 * minute);
  const gaps = world.probes.map(({ at }, index) => at - (world.probes[index - 1]?.at ?? at)).slice(2);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(second);
  expect(Math.max(...gaps)).toBe(30 * second);
  expect(connection.canSend()).toBe(false);
  world.answer = () => json({ status: 'pass' });
  await world.clock.advance(30 * second);
  expect(world.states()).toEqual(['unreachable', 'online']);
});

test('Retry-After holds probes and hints off, a person may ask all the same', { tag: '@C09' }, async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(second);
  world.answer = () => json({ status: 'fail' }, 503, { 'retry-after': '3600' });
  await world.clock.advance(30 * second);
  expect(world.states()).toEqual(['online', 'down']);
  expect(world.probes).toHaveLength(2);
  const retryAt = world.probes[1]!.at + 60 * minute;
  expect(connection.current.nextCheckAt).toBe(retryAt);
  world.fire(world.window, 'online');
  await world.clock.advance(30 * minute);
  expect(world.probes).toHaveLength(2);
  expect(await connection.check()).toBe('down');
  world.answer = () => json({ status: 'pass' });
  expect(await connection.check()).toBe('online');
  await world.clock.advance(30 * second);
  expect(world.probes).toHaveLength(5);
});

test('Retry-After survives a reload, and a success forgets it', { tag: '@C09' }, async () => {
  const store = createMemoryStore();
  const first = createWorld({ store });
  first.answer = () => json({}, 503, { 'retry-after': '120' });
  first.start();
  await first.clock.settle();
  first.stop();

  const again = createWorld({ store });
  again.answer = () => json({ status: 'pass' });
  const connection = again.start();
  await again.clock.advance(119 * second);
  expect([again.probes.length, connection.current.state]).toEqual([0, 'unknown']);
  await again.clock.advance(second);
  expect(connection.current.state).toBe('online');
  again.stop();

  const third = createWorld({ store });
  third.start();
  await third.clock.settle();
  expect(third.probes).toHaveLength(1);
});

test('a storage that never opens delays the first probe by a second at most', async () => {
  const never = async () => new Promise<never>(() => {});
  const world = createWorld({ store: { ...createMemoryStore(), get: never, write: never } });
  const connection = world.start();
  await world.clock.advance(second);
  expect(connection.current.state).toBe('online');
});
