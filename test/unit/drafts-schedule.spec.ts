import { mock } from 'node:test';
import { expect, test } from '@playwright/test';
import { createSchedule } from '../../src/drafts/schedule.js';

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 }));
test.afterEach(() => mock.timers.reset());

/** In small steps: within one tick the mocked clock stands at its end. */
const advance = (time: number) => {
  for (let step = 0; step < time; step += 1) mock.timers.tick(1);
};

function scheduled(delay = 400, maxWait = 2000) {
  const saved: [item: string, after: number][] = [];
  const start = Date.now();
  const controller = new AbortController();
  const due = (item: string) => void saved.push([item, Date.now() - start]);
  const schedule = createSchedule<string>({ delay, maxWait, due, signal: controller.signal });
  return { saved, schedule, controller };
}

test('a save comes when typing pauses', { tag: '@D05' }, () => {
  const { saved, schedule } = scheduled();
  schedule.touch('a');
  advance(300);
  schedule.touch('a');
  advance(399);
  expect(saved).toEqual([]);
  advance(1);
  expect(saved).toEqual([['a', 700]]);
});

test('a save comes at the ceiling while typing goes on', { tag: '@D05' }, () => {
  const { saved, schedule } = scheduled();
  for (let time = 0; time < 4100; time += 100) {
    schedule.touch('a');
    advance(100);
  }
  expect(saved).toEqual([
    ['a', 2000],
    ['a', 4000],
  ]);
});

test('a ceiling below the quiet time holds', () => {
  const { saved, schedule } = scheduled(400, 100);
  schedule.touch('a');
  advance(100);
  expect(saved).toEqual([['a', 100]]);
});

test('many calls for a save in one turn are one save', () => {
  const { saved, schedule } = scheduled();
  for (let times = 0; times < 5; times += 1) schedule.soon('a');
  advance(1000);
  expect(saved).toHaveLength(1);
});

test('forms do not wait for each other', () => {
  const { saved, schedule } = scheduled();
  schedule.touch('a');
  advance(200);
  schedule.touch('b');
  advance(400);
  expect(saved).toEqual([
    ['a', 400],
    ['b', 600],
  ]);
});

test('an edit comes before a later retry', { tag: '@D07' }, () => {
  const { saved, schedule } = scheduled();
  schedule.later('a', Date.now() + 8000);
  advance(1000);
  schedule.touch('a');
  advance(400);
  expect(saved).toEqual([['a', 1400]]);
  advance(10_000);
  expect(saved).toHaveLength(1);
});

test('nothing runs after the end', { tag: '@H08' }, () => {
  const { saved, schedule, controller } = scheduled();
  schedule.touch('a');
  controller.abort();
  schedule.touch('b');
  advance(5000);
  expect(saved).toEqual([]);
});
