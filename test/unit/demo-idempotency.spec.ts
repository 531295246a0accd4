import { expect, test } from '@playwright/test';
import { createDatabase, type Database, type Queryable } from '../../demo/server/database.js';
import { createIdempotency, type Handled, type Idempotency } from '../../demo/server/idempotency.js';

// One database for the file: the embedded one takes seconds to start, many on a busy machine.
test.describe.configure({ mode: 'default' });

let database: Database;
let idempotency: Idempotency;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  database = await createDatabase({});
  idempotency = createIdempotency({ database, operation: (run) => run(AbortSignal.timeout(30_000)) });
  await database.query('create table things (name text)');
});
test.afterAll(async () => {
  await database.close();
});

const make =
  (name: string) =>
  async (tx: Queryable): Promise<Handled<never>> => {
    await tx.query('insert into things values ($1)', [name]);
    return { kind: 'done', outcome: { status: 303, location: `/things/${name}/`, flash: 'made' } };
  };

const count = async (name: string) =>
  (await database.query('select 1 from things where name = $1', [name])).rowCount;

const done = (name: string, replayed: boolean) => ({
  kind: 'done',
  outcome: { status: 303, location: `/things/${name}/`, flash: 'made' },
  replayed,
});

test('a second delivery gets the outcome of the first, and another body under the key none', async () => {
  const delivery = { key: 'twice', fingerprint: 'print' };
  expect(await idempotency.run(delivery, make('twice'))).toEqual(done('twice', false));
  expect(await idempotency.run(delivery, make('again'))).toEqual(done('twice', true));
  expect(await idempotency.run({ ...delivery, fingerprint: 'other' }, make('other'))).toEqual({
    kind: 'mismatch',
  });
  expect([await count('twice'), await count('again'), await count('other')]).toEqual([1, 0, 0]);
});

test('what was rejected or failed leaves nothing behind, not even what it had written, and the key free', async () => {
  const delivery = { key: 'corrected', fingerprint: 'wrong' };
  const rejecting = async (tx: Queryable): Promise<Handled<string>> => {
    await make('half')(tx);
    return { kind: 'rejected', rejection: 'no' };
  };
  const failing = async (tx: Queryable): Promise<Handled<never>> => {
    await make('half')(tx);
    throw new Error('a bug');
  };
  const wrong = async (tx: Queryable): Promise<Handled<never>> => {
    await make('half')(tx);
    await tx.query('insert into nowhere values (1)');
    return await make('half')(tx);
  };
  expect(await idempotency.run(delivery, rejecting)).toEqual({ kind: 'rejected', rejection: 'no' });
  await expect(idempotency.run(delivery, failing)).rejects.toThrow('a bug');
  await expect(idempotency.run(delivery, wrong)).rejects.toThrow('nowhere');
  const corrected = { ...delivery, fingerprint: 'right' };
  expect(await idempotency.run(corrected, make('whole'))).toEqual(done('whole', false));
  expect([await count('half'), await count('whole')]).toEqual([0, 1]);
});

test('a transaction whose failed statement was swallowed is not taken for committed', async () => {
  const swallowing = database.transaction(async (tx) => {
    await make('swallowed')(tx);
    await tx.query('insert into nowhere values (1)').catch(() => {});
  });
  await expect(swallowing).rejects.toThrow('rolled back at its commit');
  expect(await count('swallowed')).toBe(0);
});

test('a key is over after 14 days, swept or not', async () => {
  const delivery = { key: 'old-key', fingerprint: 'first' };
  const age = (time: string) =>
    database.query(`update idempotency set first_at = now() - $1::interval where key = 'old-key'`, [time]);
  await idempotency.run(delivery, make('old'));
  await age('13 days 23 hours');
  expect(await idempotency.run(delivery, make('old'))).toEqual(done('old', true));
  expect(await idempotency.sweep()).toBe(0);
  await age('14 days 1 second');
  expect(await idempotency.run({ ...delivery, fingerprint: 'second' }, make('new'))).toEqual(
    done('new', false),
  );
  await age('14 days 1 second');
  expect(await idempotency.sweep()).toBe(1);
  expect([await count('old'), await count('new')]).toEqual([1, 1]);
});

test('a database of the first version is brought up to date, its outcomes kept', async () => {
  await database.query(`alter table idempotency add column state text not null default 'done',
    add column claim text not null default '', add column claimed_at timestamptz not null default now()`);
  await database.query(
    `insert into idempotency (key, fingerprint, deliveries, state) values ('stuck', 'print', 1, 'running')`,
  );
  await database.cut();
  await database.restore();
  // Looked for anew, as after any loss of the tables.
  await expect(database.query('select 1 from nowhere')).rejects.toThrow('nowhere');
  expect(await idempotency.run({ key: 'twice', fingerprint: 'print' }, make('x'))).toEqual(
    done('twice', true),
  );
  expect(await idempotency.run({ key: 'stuck', fingerprint: 'new' }, make('freed'))).toEqual(
    done('freed', false),
  );
});
