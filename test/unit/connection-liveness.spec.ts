import { expect, test } from '@playwright/test';
import { createWorld, json } from './connection-world.js';

const second = 1000;
const date = (time: number) => ({ date: new Date(time).toUTCString() });

test(
  'an answer that a worker keeps giving out is found out by a Date that stands still',
  { tag: '@C01' },
  async () => {
    const world = createWorld({ isControlled: () => true });
    const stored = date(world.clock.now());
    world.answer = () => json({ status: 'pass' }, 200, stored);
    const connection = world.start();
    await world.clock.settle();
    expect(connection.current.state).toBe('online');
    await world.clock.advance(40 * second);
    expect(connection.current.state).toBe('intercepted');
  },
);

test('an answer stored long ago is found out at the first look', { tag: '@C01' }, async () => {
  const world = createWorld({ isControlled: () => true });
  const stored = date(world.clock.now() - 3600 * second);
  world.answer = () => json({ status: 'pass' }, 200, stored);
  const connection = world.start();
  await world.clock.advance(5 * second);
  expect(world.states()).toEqual(['intercepted']);
  expect(connection.canSend()).toBe(false);
});

test(
  'a live server behind a worker is online, also where the clock of the device is wrong',
  { tag: '@C01' },
  async () => {
    for (const wrong of [-86_400 * second, 0, 86_400 * second]) {
      const world = createWorld({ isControlled: () => true });
      world.answer = () => json({ status: 'pass' }, 200, date(world.clock.now() + wrong));
      world.start();
      await world.clock.advance(300 * second);
      expect(world.states(), String(wrong)).toEqual(['online']);
    }
  },
);

test('a clock that is set in between does not make a live server a stored one', { tag: '@C01' }, async () => {
  const world = createWorld({ isControlled: () => true });
  let set = 0;
  world.answer = () => json({ status: 'pass' }, 200, date(world.clock.now() - set));
  world.start();
  await world.clock.advance(60 * second);
  set = 3600 * second;
  world.clock.sleep(set);
  await world.clock.advance(120 * second);
  expect(world.states()).toEqual(['online']);
});

test('where no worker stands in between, the Date is nobody’s business', async () => {
  const world = createWorld();
  const old = date(world.clock.now() - 3600 * second);
  world.answer = () => json({ status: 'pass' }, 200, old);
  const connection = world.start();
  await world.clock.advance(100 * second);
  expect(connection.current.state).toBe('online');
});
