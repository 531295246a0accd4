import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { DatabaseUnavailable } from '../../demo/server/database-errors.js';
import { createParked } from '../../demo/server/parked.js';
import { createSpool, type Operation } from '../../demo/server/spool.js';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parked-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true });
});

const operation = (id: string, name = 'audit'): Operation => ({
  id,
  name,
  at: Date.now(),
  payload: { event: id },
});

/** A database that is there or away, and refuses what it is told to. */
async function createWorld({ limit, refuses = [] }: { limit?: number; refuses?: string[] } = {}) {
  const state = { away: false };
  const done: string[] = [];
  const dropped: string[] = [];
  const parked = await createParked({
    spool: await createSpool(folder),
    isAway: () => state.away,
    async perform({ id }) {
      if (state.away) throw new DatabaseUnavailable('away');
      if (refuses.includes(id)) throw new Error('refused');
      done.push(id);
    },
    ...(limit && { limit }),
    onParked: () => {},
    onDropped: (name, cause) => dropped.push(`${name}: ${cause}`),
    onRetried: () => {},
  });
  return { state, done, dropped, parked };
}

test('with the database there an operation is done at once, and nothing is kept', async () => {
  const { parked, done } = await createWorld();
  await parked.run(operation('a'));
  expect([done, parked.count(), await readdir(folder)]).toEqual([['a'], 0, []]);
});

test('what is parked survives the process and is done in its order, once', async () => {
  const first = await createWorld();
  first.state.away = true;
  const names = Array.from({ length: 12 }, (_, index) => `op ${index}`);
  await Promise.all(names.map((name) => first.parked.run(operation(name))));
  expect(await readdir(folder)).toHaveLength(12);

  // Another process on the folder; the first was killed while it wrote.
  await writeFile(path.join(folder, '000000000000001-000001-1.json.tmp'), '{"id":"ha');
  const second = await createWorld();
  expect(second.parked.count()).toBe(12);
  expect(await second.parked.retry()).toEqual({
    retried: 12,
    succeeded: 12,
    failed: 0,
    remaining: 0,
    database: 'there',
  });
  expect(second.done).toEqual(names);
  expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual([]);
  expect((await createWorld()).parked.count()).toBe(0);
});

test('a pass ends when the database goes, and what follows waits behind what is parked', async () => {
  const { parked, state, done } = await createWorld();
  state.away = true;
  await parked.run(operation('a'));
  await parked.run(operation('b'));
  expect(await parked.retry()).toMatchObject({ retried: 1, failed: 1, remaining: 2, database: 'away' });
  state.away = false;
  await parked.run(operation('c'));
  expect(done).toEqual([]);
  const [left, right] = await Promise.all([parked.retry(), parked.retry()]);
  expect(left).toBe(right);
  expect(done).toEqual(['a', 'b', 'c']);
});

test('one that the database refuses stays and holds nothing else up; staff see its name and no more', async () => {
  const { parked, state, done } = await createWorld({ refuses: ['poison'] });
  state.away = true;
  for (const id of ['poison', 'good']) await parked.run(operation(id));
  state.away = false;
  expect(parked.fresh()).toBe(2);
  expect(await parked.retry()).toMatchObject({ retried: 2, succeeded: 1, failed: 1, remaining: 1 });
  expect([done, parked.fresh()]).toEqual([['good'], 0]);
  expect(parked.details()).toEqual([{ name: 'audit', age: 0, attempts: 1, lastError: 'Error' }]);
});

test('no more is kept than the limit, and what is dropped is said', async () => {
  const { parked, state, dropped } = await createWorld({ limit: 2 });
  state.away = true;
  for (const id of ['a', 'b', 'c']) await parked.run(operation(id));
  expect([parked.count(), dropped]).toEqual([2, ['audit: full']]);
});

test('a folder that cannot be written leaves it in memory, and says so', async () => {
  const { parked, state, done, dropped } = await createWorld();
  await rm(folder, { recursive: true });
  state.away = true;
  await parked.run(operation('a'));
  expect(dropped).toEqual(['audit: ENOENT']);
  state.away = false;
  await parked.retry();
  expect(done).toEqual(['a']);
  folder = await mkdtemp(path.join(tmpdir(), 'parked-'));
});
