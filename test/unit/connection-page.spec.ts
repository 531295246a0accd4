import { expect, test } from '@playwright/test';
import { createWorld, json, refused } from './connection-world.js';

const second = 1000;
const minute = 60 * second;

test('what the browser says is a hint to ask, never a verdict', { tag: '@C02' }, async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(10 * second);
  world.navigator.onLine = false;
  world.fire(world.window, 'offline');
  await world.clock.advance(second);
  expect([world.probes.length, connection.current.state]).toEqual([2, 'online']);
  world.navigator.onLine = true;
  world.answer = refused;
  world.fire(world.window, 'online');
  await world.clock.advance(2 * second);
  expect(connection.current.state).toBe('unreachable');
});

test('a flock of hints is one probe within a second', { tag: '@C05' }, async () => {
  const world = createWorld();
  world.start();
  await world.clock.advance(10 * second);
  world.show('hidden');
  await world.clock.advance(10 * second);
  world.show('visible');
  world.fire(world.window, 'pageshow');
  await world.clock.advance(50);
  world.fire(world.window, 'focus');
  world.fire(world.window, 'online');
  await world.clock.advance(second);
  world.fire(world.window, 'focus');
  await world.clock.advance(second);
  expect(world.probes).toHaveLength(2);
});

test('waking from sleep is noticed without any event', { tag: '@C05' }, async () => {
  const world = createWorld();
  world.start();
  await world.clock.advance(5 * second);
  world.clock.sleep(minute / 3);
  await world.clock.advance(second);
  expect(world.probes).toHaveLength(2);
});

test('what failed while the device slept is not told', { tag: '@C05' }, async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(10 * second);
  let fail = () => {};
  world.navigator.onLine = false;
  world.answer = () => new Promise((_, reject) => (fail = () => reject(new TypeError('suspended'))));
  void connection.check();
  world.clock.sleep(10 * minute);
  world.answer = () => json({ status: 'pass' });
  fail();
  await world.clock.advance(second);
  expect(world.states()).toEqual(['online']);
  expect(world.probes).toHaveLength(3);
});

test(
  'a probe that hangs from before the network changed is given up for a new one',
  { tag: '@C05' },
  async () => {
    const world = createWorld();
    const connection = world.start();
    await world.clock.advance(10 * second);
    world.answer = (_, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('called off'))));
    const state = connection.check();
    await world.clock.advance(1500);
    world.answer = () => json({ status: 'pass' });
    world.fire(world.window, 'online');
    expect(await state).toBe('online');
    expect(world.states()).toEqual(['online']);
  },
);

test(
  'nothing is told while the page is left, and it goes on where that came to nothing',
  { tag: '@C06' },
  async () => {
    const world = createWorld();
    world.navigator.onLine = false;
    const connection = world.start();
    await world.clock.advance(second);
    world.answer = refused;
    world.fire(world.window, 'beforeunload');
    await connection.check();
    connection.report({ state: 'unreachable', startedAt: world.clock.now(), source: 'answer' });
    await world.clock.advance(5 * second);
    expect(world.states()).toEqual(['online']);
    await world.clock.advance(minute);
    expect(world.states()).toEqual(['online', 'unreachable']);
  },
);

test(
  'nothing is under way in a page that is put away, and it goes on when shown again',
  { tag: '@C06' },
  async () => {
    const world = createWorld();
    const connection = world.start();
    await world.clock.advance(10 * second);
    let calledOff = false;
    world.answer = (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          calledOff = true;
          reject(new Error('called off'));
        });
      });
    const state = connection.check();
    world.fire(world.window, 'pagehide');
    expect([calledOff, await state]).toEqual([true, 'unknown']);
    await world.clock.advance(10 * minute);
    expect([world.clock.timers, world.probes.length]).toEqual([0, 2]);
    world.answer = () => json({ status: 'warn' });
    world.fire(world.window, 'pageshow');
    await world.clock.advance(second);
    expect(world.states()).toEqual(['online', 'degraded']);
    await world.clock.advance(30 * second);
    expect(world.probes).toHaveLength(4);
  },
);

test(
  'a page hidden for ten minutes asks nothing after the first, and at once when seen',
  { tag: '@C07' },
  async () => {
    const world = createWorld();
    const connection = world.start();
    await world.clock.advance(10 * second);
    world.show('hidden');
    await world.clock.advance(minute);
    const count = world.probes.length;
    await world.clock.advance(9 * minute);
    expect(world.probes).toHaveLength(count);
    expect(connection.current.nextCheckAt).toBeUndefined();
    world.show('visible');
    await world.clock.advance(second);
    expect(world.probes).toHaveLength(count + 1);
  },
);
