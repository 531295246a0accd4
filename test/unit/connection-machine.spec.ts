import { expect, test } from '@playwright/test';
import { advance, believed, initial, type Circumstances, type Model } from '../../src/connection/machine.js';
import type { Reading } from '../../src/types.js';

const calm: Omit<Circumstances, 'at'> = { offline: false, returned: false };

/** Readings in order of arrival, a second apart unless they say otherwise. */
function after(
  readings: (Partial<Reading> & Pick<Reading, 'state'>)[],
  circumstances: Partial<Circumstances> = {},
) {
  const told: Model['state'][] = [];
  const model = readings.reduce((model, reading, index) => {
    const whole: Reading = { startedAt: index * 1000, source: 'probe', ...reading };
    const next = advance(model, whole, { ...calm, at: index * 1000 + 500, ...circumstances });
    told.push(next.state);
    return next;
  }, initial(0));
  return { model, told };
}

const online = { state: 'online' } as const;
const down = { state: 'down' } as const;
const unreachable = { state: 'unreachable' } as const;

test('fail, ok, fail, ok, ten times over, never tells a person "down"', { tag: '@C03' }, () => {
  const { told } = after([online, ...Array.from({ length: 10 }, () => [down, online]).flat()]);
  expect(new Set(told)).toEqual(new Set(['online']));
});

test('a late timeout after a newer success changes nothing', { tag: '@C03' }, () => {
  const { model } = after([online, unreachable, online]);
  expect(advance(model, { ...unreachable, startedAt: 1, source: 'probe' }, { ...calm, at: 9000 })).toBe(
    model,
  );
});

test('the first probe ever failing is reported once a second one confirms it', { tag: '@C04' }, () => {
  expect(after([unreachable, unreachable]).told).toEqual(['unknown', 'unreachable']);
  expect(after([unreachable, down]).told).toEqual(['unknown', 'down']);
});

test('one failure is enough when the browser also says offline', { tag: '@C02' }, () => {
  expect(after([online, unreachable], { offline: true }).told).toEqual(['online', 'unreachable']);
});

test('a reachable server is online whatever the browser says', { tag: '@C02' }, () => {
  expect(after([online], { offline: true }).told).toEqual(['online']);
});

test('a failure that is not told yet is believed already', () => {
  const { model } = after([online, down]);
  expect([model.state, believed(model)]).toEqual(['online', 'down']);
});

test('a server that says when to come back is down at once', { tag: '@C09' }, () => {
  expect(after([online, { ...down, retryAt: 60_000 }]).told).toEqual(['online', 'down']);
  expect(after([online, { ...down, retryAt: 60_000, source: 'answer' }]).told).toEqual(['online', 'online']);
});

test('kinds of failure change without a second one, and a success ends them at once', () => {
  expect(after([down, down, unreachable, online]).told).toEqual(['unknown', 'down', 'unreachable', 'online']);
});

test('answers to submissions alone do not tell that the server is down while its health URL works', () => {
  const answer = { ...down, source: 'answer' } as const;
  expect(after([online, answer, answer]).told).toEqual(['online', 'online', 'online']);
  expect(after([online, answer, down]).told).toEqual(['online', 'online', 'down']);
  expect(after([answer, answer]).told).toEqual(['unknown', 'down']);
});

test('a public health URL does not take back signed-out, a return to the page or an answer does', () => {
  const out = { state: 'signed-out', source: 'answer' } as const;
  expect(after([online, out, online]).told).toEqual(['online', 'signed-out', 'signed-out']);
  expect(after([out, online], { returned: true }).told).toEqual(['signed-out', 'online']);
  expect(after([out, { ...online, source: 'answer' }]).told).toEqual(['signed-out', 'online']);
  expect(after([{ state: 'signed-out' }, online]).told).toEqual(['signed-out', 'online']);
});

test('a health URL that never answered as one leaves the state unknown, one that did is down', () => {
  const gone = { state: 'misconfigured' } as const;
  expect(after([gone, gone]).told).toEqual(['unknown', 'unknown']);
  expect(after([gone]).model.health).toBe('useless');
  expect(after([unreachable, unreachable, gone]).told).toEqual(['unknown', 'unreachable', 'unknown']);
  expect(after([online, gone, gone]).told).toEqual(['online', 'online', 'down']);
  expect(after([{ ...online, source: 'answer' }, gone]).told).toEqual(['online', 'online']);
});

test('an answer to a submission cannot take back a warning', () => {
  expect(after([{ state: 'degraded' }, { ...online, source: 'answer' }]).told).toEqual([
    'degraded',
    'degraded',
  ]);
});

test('since is when the state began, and checks are those of the newest probe', () => {
  const { model } = after([{ ...online, checks: { db: 'pass' } }, online, { ...online, source: 'answer' }]);
  expect(model).toMatchObject({ state: 'online', since: 500 });
  expect(model.checks).toBeUndefined();
});
