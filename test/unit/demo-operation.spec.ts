import { expect, test } from '@playwright/test';
import { createBreaker, type BreakerState } from '../../demo/server/breaker.js';
import { DatabaseUnavailable, OutcomeUnknown, rethrow } from '../../demo/server/database-errors.js';
import { createPresence } from '../../demo/server/presence.js';
import { createResilience } from '../../demo/server/resilience.js';
import { RESILIENCE, type ResilienceSettings } from '../../demo/server/settings.js';
import { DatabaseError } from 'pg';

/** What the database says, answer by answer; the last one for good. */
function createWorld(answers: (Error | string)[], settings: Partial<ResilienceSettings> = {}) {
  const all: ResilienceSettings = { ...RESILIENCE, retryDelay: 1, breakerTimeout: 200, ...settings };
  const breakerStates: BreakerState[] = [];
  const presence: string[] = [];
  const retried: string[] = [];
  let tries = 0;
  const breaker = createBreaker({
    threshold: all.breakerThreshold,
    timeout: all.breakerTimeout,
    onChange: (state) => breakerStates.push(state),
  });
  const run = createResilience({
    settings: all,
    breaker,
    presence: createPresence({
      onLost: (cause) => presence.push(`lost: ${cause}`),
      onBack: () => presence.push('back'),
    }),
    retryIn: breaker.timeLeft,
    onRetry: (cause) => retried.push(cause),
  });
  const operation = async () => {
    const answer = answers[Math.min(tries, answers.length - 1)];
    tries += 1;
    if (answer instanceof Error) return rethrow(answer);
    return answer;
  };
  return { run, operation, breaker, breakerStates, presence, retried, tries: () => tries };
}

const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const sqlState = (code: string) => Object.assign(new DatabaseError('said', 4, 'error'), { code });
const unanswered = new OutcomeUnknown('commit', { cause: refused });

test('a lost database is asked again until it answers', async () => {
  const world = createWorld([refused, sqlState('57P01'), sqlState('08006'), 'stored']);
  expect(await world.run(world.operation)).toBe('stored');
  expect(world.tries()).toBe(4);
  expect(world.retried).toEqual(['ECONNREFUSED', '57P01', '08006']);
  expect(world.presence).toEqual(['lost: ECONNREFUSED', 'back']);
});

test('after the last try it is said to be away, and when to come back', async () => {
  const world = createWorld([refused]);
  await expect(world.run(world.operation)).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
    retryAfter: 1,
  });
  expect(world.tries()).toBe(4);
});

test('a wrong statement is thrown as it is, at once, and says that the database is there', async () => {
  const wrong = sqlState('42601');
  const world = createWorld([refused, wrong]);
  await expect(world.run(world.operation)).rejects.toBe(wrong);
  expect(world.tries()).toBe(2);
  expect(world.presence).toEqual(['lost: ECONNREFUSED', 'back']);
  expect(world.breaker.failures()).toBe(0);
});

test('a deadlock and a serialization failure are tried again, and the breaker does not count them', async () => {
  const world = createWorld([sqlState('40001'), sqlState('40P01'), 'stored'], { breakerThreshold: 1 });
  expect(await world.run(world.operation)).toBe('stored');
  expect(world.breakerStates).toEqual([]);
});

test('no further try begins when nobody has the patience to wait for it', async () => {
  const world = createWorld([refused], { retryDelay: 60, patience: 40 });
  await expect(world.run(world.operation)).rejects.toThrow(DatabaseUnavailable);
  expect(world.tries()).toBeLessThan(4);
});

test('a commit that was not answered is not run again, unless that is known to be safe', async () => {
  const blind = createWorld([unanswered, 'twice']);
  await expect(blind.run(blind.operation)).rejects.toThrow(OutcomeUnknown);
  expect(blind.tries()).toBe(1);

  const keyed = createWorld([unanswered, 'once']);
  expect(await keyed.run(keyed.operation, { repeatable: true })).toBe('once');

  // What the later tries say does not make it known.
  const lost = createWorld([unanswered, refused]);
  await expect(lost.run(lost.operation, { repeatable: true })).rejects.toThrow(OutcomeUnknown);
  expect(lost.tries()).toBe(4);
});

test('five failures in a row open the breaker: then nothing is asked, and the time left is told', async () => {
  const world = createWorld([refused], { breakerTimeout: 60_000 });
  for (let run = 0; run < 2; run += 1)
    await expect(world.run(world.operation)).rejects.toThrow(DatabaseUnavailable);
  expect([world.tries(), world.breakerStates]).toEqual([5, ['open']]);
  await expect(world.run(world.operation)).rejects.toMatchObject({ retryAfter: 60 });
  expect(world.tries()).toBe(5);
});

test('half open, one operation is the trial for all that wait', async () => {
  let release = (_answer: string) => {};
  const gate = new Promise<string>((resolve) => (release = resolve));
  let running = 0;
  const world = createWorld([refused], { maxRetries: 0, breakerThreshold: 1, breakerTimeout: 20 });
  await expect(world.run(world.operation)).rejects.toThrow(DatabaseUnavailable);
  await expect.poll(world.breaker.timeLeft).toBe(0);
  const asked = Array.from({ length: 20 }, () =>
    world.run(async () => {
      running += 1;
      return await gate;
    }),
  );
  await expect.poll(world.breaker.state).toBe('half-open');
  expect(running).toBe(1);
  release('stored');
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['stored']));
  expect(running).toBe(20);
  expect(world.breakerStates).toEqual(['open', 'half-open', 'closed']);
});

test('a failed trial opens it for the whole time again, and an answer elsewhere makes the next trial now', async () => {
  const world = createWorld([refused, refused, 'stored'], {
    maxRetries: 0,
    breakerThreshold: 1,
    breakerTimeout: 60_000,
  });
  await expect(world.run(world.operation)).rejects.toThrow(DatabaseUnavailable);
  world.breaker.trialNow();
  await expect(world.run(world.operation)).rejects.toMatchObject({ retryAfter: 60 });
  await expect(world.run(world.operation)).rejects.toMatchObject({ retryAfter: 60 });
  expect(world.tries()).toBe(2);
  world.breaker.trialNow();
  expect(await world.run(world.operation)).toBe('stored');
  expect(world.breakerStates).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

test('a try that takes too long is ended through its signal', async () => {
  const world = createWorld(['never'], { attemptTimeout: 30, maxRetries: 0 });
  const hanging = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      // A timer of one's own keeps the process awake until the signal's fires.
      const awake = setInterval(() => {}, 1000);
      signal.addEventListener('abort', () => {
        clearInterval(awake);
        reject(new DatabaseUnavailable('ended', { cause: signal.reason }));
      });
    });
  await expect(world.run(hanging)).rejects.toThrow(DatabaseUnavailable);
  expect(world.presence[0]).toMatch(/^lost: /);
});
