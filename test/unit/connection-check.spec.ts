import { expect, test } from '@playwright/test';
import type { Reading } from '../../src/types.js';
import { createWorld, json, refused } from './connection-world.js';

const second = 1000;
const minute = 60 * second;

test('checks at the same time share one probe and resolve with its answer', async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(10 * second);
  world.answer = refused;
  expect(await Promise.all([connection.check(), connection.check(), connection.check(second)])).toEqual([
    'unreachable',
    'unreachable',
    'unreachable',
  ]);
  expect(world.probes).toHaveLength(2);
  expect([connection.current.state, connection.canSend()]).toEqual(['online', false]);
});

test('a check that gets no answer in time says unknown, not what was known before', async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.advance(10 * second);
  world.answer = () => new Promise(() => {});
  const state = connection.check(3 * second);
  await world.clock.advance(3 * second);
  expect(await state).toBe('unknown');
});

test('a state is fresh as long as a reading supports it', async () => {
  const world = createWorld();
  const connection = world.start();
  await world.clock.settle();
  expect(connection.fresh(2 * second)).toBe('online');
  await world.clock.advance(2001);
  expect(connection.fresh(2 * second)).toBeUndefined();
  const failure: Reading = { state: 'down', startedAt: world.clock.now(), source: 'answer' };
  connection.report(failure);
  expect(connection.fresh(2 * second)).toBeUndefined();
});

test('a health URL that is not there is said once, and is no reason to call the server down', async () => {
  const world = createWorld();
  world.answer = () => json({}, 404);
  const connection = world.start();
  await world.clock.advance(5 * minute);
  expect(world.states()).toEqual([]);
  expect([connection.isBlind(), await connection.check(), connection.fresh(minute)]).toEqual([
    true,
    'unknown',
    undefined,
  ]);
  expect(world.warnings).toEqual([expect.stringMatching(/"\/health\/" answered 404; expected 204/)]);
});

test('whether the server de-duplicates is what its newest good answer says', async () => {
  const world = createWorld();
  world.answer = () => json({ status: 'pass', idempotency: true });
  const connection = world.start();
  await world.clock.settle();
  expect(connection.dedupes()).toBe(true);
  world.answer = refused;
  await connection.check();
  expect(connection.dedupes()).toBe(true);
  world.answer = () => json({ status: 'pass' });
  await connection.check();
  expect(connection.dedupes()).toBe(false);
});

test('how long the server remembers keys is told in seconds, and by a server that has them', async () => {
  const world = createWorld();
  world.answer = () => json({ status: 'pass', idempotency: true, idempotencyMaxAge: 60 });
  const connection = world.start();
  await world.clock.settle();
  expect(connection.keyLife()).toBe(60_000);
  for (const idempotencyMaxAge of ['60', -1, null, {}]) {
    world.answer = () => json({ status: 'pass', idempotency: true, idempotencyMaxAge });
    await connection.check();
    expect(connection.keyLife()).toBeUndefined();
  }
});

test('garbage in every form is a state, never a crash', async () => {
  const garbage: (() => Response)[] = [
    () => new Response('\u0000\uFFFF{[', { headers: { 'content-type': 'application/json' } }),
    () => new Response('x'.repeat(1_000_000), { headers: { 'content-type': 'text/plain' } }),
    () => new Response('[[[[', { headers: { 'content-type': 'application/health+json' } }),
    () => new Response(null, { status: 205 }),
    () => new Response('{"status":{"status":{}}}', { headers: { 'content-type': ';;;' } }),
    () => new Response(new Uint8Array([0xff, 0xfe, 0x00]), { headers: { 'content-type': 'text/plain' } }),
  ];
  for (const answer of garbage) {
    const world = createWorld();
    const connection = world.start();
    expect(await connection.check()).toBe('online');
    world.answer = answer;
    expect(await connection.check()).toBe('intercepted');
  }
});

test('a page from a health URL that never answered as one is no portal: the forms are let go', async () => {
  const world = createWorld();
  world.answer = () => new Response('<h1>Welcome</h1>', { headers: { 'content-type': 'text/html' } });
  const connection = world.start();
  expect(await connection.check()).toBe('unknown');
  expect(connection.isBlind()).toBe(true);
});

test('stopping calls off what is under way and leaves no timer', async () => {
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
  world.stop();
  expect([await state, calledOff, world.clock.timers]).toEqual(['unknown', true, 0]);
  world.fire(world.window, 'online');
  await world.clock.advance(minute);
  expect([world.probes.length, world.states()]).toEqual([2, ['online']]);
  expect(await connection.check()).toBe('online');
});
