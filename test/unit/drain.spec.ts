import { expect, test } from '@playwright/test';
import { createDrain, type DrainDeps, type Gate } from '../../src/outbox/drain.js';
import type { Queue } from '../../src/outbox/queue.js';
import type { EntryRecord } from '../../src/storage/records.js';
import { entry } from './outbox-samples.js';

/** A drain over a list in memory, whose looks and attempts the test ends one by one. */
function world(given: EntryRecord[] = [], deps: Partial<DrainDeps> = {}) {
  const stop = new AbortController();
  let entries = given;
  const looks: (() => void)[] = [];
  const attempts: { id: string; end: (outcome?: 'sent' | Error) => void; signal: AbortSignal }[] = [];
  let changed = () => {};
  const queue = {
    due: () =>
      new Promise<EntryRecord[]>((resolve) => {
        const found = entries;
        looks.push(() => resolve(found));
        changed();
      }),
    update: async (id: string, change: (entry: EntryRecord) => EntryRecord) =>
      change(entries.find((entry) => entry.id === id)!),
  } as unknown as Queue;
  const drain = createDrain({
    queue,
    gate: () => 2,
    dedupes: () => false,
    keyLife: () => undefined,
    maxAge: Infinity,
    attempt: ({ id }, signal) =>
      new Promise<boolean>((resolve, reject) => {
        const end = (outcome?: 'sent' | Error) =>
          outcome instanceof Error ? reject(outcome) : resolve(outcome === 'sent');
        attempts.push({ id, signal, end });
        signal.addEventListener('abort', () => resolve(false));
        changed();
      }),
    onHeld: async () => undefined,
    letGo: async () => undefined,
    signal: stop.signal,
    ...deps,
  });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (changed = resolve));
  };
  return {
    drain,
    attempts,
    put: (...next: EntryRecord[]) => void (entries = next),
    /** Lets the storage answer this many looks, once they are asked. */
    async answer(count = 1): Promise<void> {
      for (let done = 0; done < count; done += 1) {
        await until(() => looks.length > 0);
        looks.shift()!();
      }
    },
    attempted: (count: number) => until(() => attempts.length >= count),
    stop,
  };
}

const waiting = (id: string, more: Partial<EntryRecord> = {}) => entry({ id, lane: id, ...more });

test('an entry that comes during the look before is found by another look', { tag: '@O13' }, async () => {
  const { drain, put, answer, attempted, attempts, stop } = world();
  drain.wake();
  put(waiting('late'));
  drain.wake();
  // The look that was under way finds nothing; the next one, and that under the lock, find it.
  await answer(3);
  await attempted(1);
  expect(attempts.map(({ id }) => id)).toEqual(['late']);
  stop.abort();
});

test(
  'an entry that comes while another is being sent does not wait for its end',
  { tag: '@O13' },
  async () => {
    const { drain, put, answer, attempted, attempts, stop } = world([waiting('one')]);
    drain.wake();
    await answer(2);
    await attempted(1);
    put(waiting('one'), waiting('two'));
    drain.wake();
    await answer();
    await attempted(2);
    expect(attempts.map(({ id }) => id)).toEqual(['one', 'two']);
    stop.abort();
  },
);

for (const [gate, started] of [
  [2, ['a', 'b']],
  [1, ['a']],
] as const) {
  test(`with a gate of ${gate}, so many are under way at once`, { tag: '@C10' }, async () => {
    const entries = ['a', 'b', 'c'].map((id, sequence) => waiting(id, { sequence }));
    const { drain, answer, attempted, attempts, stop } = world(entries, { gate: () => gate });
    drain.wake();
    await answer(2);
    await attempted(gate);
    expect(attempts.map(({ id }) => id)).toEqual(started);
    attempts[0]!.end();
    await answer();
    await attempted(gate + 1);
    expect(attempts).toHaveLength(gate + 1);
    stop.abort();
  });
}

test('with a closed gate the storage is not even asked', async () => {
  let gate: Gate = 0;
  const { drain, answer, attempted, attempts, stop } = world([waiting('a')], { gate: () => gate });
  drain.wake();
  gate = 2;
  drain.wake();
  await answer(2);
  await attempted(1);
  expect(attempts).toHaveLength(1);
  stop.abort();
});

test(
  'a page that leaves ends its attempts, and nothing begins until it is back',
  { tag: '@H07' },
  async () => {
    const { drain, answer, attempted, attempts, stop } = world([waiting('a')]);
    drain.wake();
    await answer(2);
    await attempted(1);
    drain.pause();
    expect(attempts[0]!.signal.aborted).toBe(true);
    drain.wake();
    drain.resume();
    await answer(2);
    await attempted(2);
    expect(attempts[1]!.signal.aborted).toBe(false);
    stop.abort();
  },
);

test('after a storage that failed nothing is tried in a loop, and a wake tries again', async () => {
  const { drain, answer, attempted, attempts, stop } = world([waiting('a')]);
  drain.wake();
  await answer(2);
  await attempted(1);
  attempts[0]!.end(new Error('storage: write failed'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(attempts).toHaveLength(1);
  drain.wake();
  await answer(2);
  await attempted(2);
  stop.abort();
});

test('a queue that drains is read once, and again when somebody changed it', async () => {
  const entries = ['a', 'b', 'c', 'd'].map((id, sequence) => waiting(id, { sequence, lane: 'one' }));
  const { drain, put, answer, attempted, attempts, stop } = world(entries);
  drain.wake();
  await answer(2);
  await attempted(1);
  // Without another answer of the storage.
  attempts[0]!.end('sent');
  await attempted(2);
  attempts[1]!.end('sent');
  await attempted(3);
  put(...entries.slice(3));
  attempts[2]!.end();
  await answer();
  await attempted(4);
  put(waiting('late'));
  drain.wake();
  await answer();
  await attempted(5);
  expect(attempts.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'late']);
  stop.abort();
});
