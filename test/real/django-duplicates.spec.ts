import { book, createVisitor, freshKey } from './django-client.js';
import { expect, test } from './django-world.js';

const ADD = '/admin/shop/book/add/';

test('twenty duplicates at once, at two processes on one PostgreSQL, are one book', async ({
  django,
  start,
  count,
}) => {
  const other = await start({
    database: { url: django.postgres!.connectionString() },
    env: await secretOf(django),
  });
  const ada = createVisitor(django.origin);
  await ada.signIn('ada');
  const elsewhere = createVisitor(other.origin);
  for (const [name, value] of ada.cookies) elsewhere.cookies.set(name, value);

  const key = freshKey();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      (turn % 2 ? ada : elsewhere).post(ADD, book('Crowd', {}, 3), { key }),
    ),
  );
  expect(answers.map(({ status }) => status).filter((status) => status !== 302 && status !== 409)).toEqual(
    [],
  );
  const done = answers.filter(({ status }) => status === 302);
  expect(done.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
  expect(new Set(done.map(({ location }) => location)).size).toBe(1);
  expect(await count('shop.Book', { title: 'Crowd' })).toBe(1);
  expect(await count('shop.Chapter', { book__title: 'Crowd' })).toBe(3);
  expect(await count('admin.LogEntry', { object_repr: 'Crowd' })).toBe(1);
});

test('twenty duplicates at once on SQLite are one order', async ({ start }) => {
  const sqlite = await start({ database: 'sqlite' });
  const visitor = createVisitor(sqlite.origin);
  await visitor.get('/order/');
  const key = freshKey();
  const fields = { book: '1', customer: 'Crowd', email: 'a@example.org', quantity: '1', note: '' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => visitor.post('/order/', fields, { key })),
  );
  expect(answers.map(({ status }) => status).filter((status) => status !== 302 && status !== 503)).toEqual(
    [],
  );
  const rows = await sqlite.python([
    'shell',
    '-v0',
    '-c',
    'from shop.models import Order; print(Order.objects.count())',
  ]);
  expect(Number(rows)).toBe(1);
});

test('a duplicate waits two seconds for the first, then is told to come again', async ({ django, count }) => {
  const visitor = createVisitor(django.origin);
  await visitor.get('/order/');
  const key = freshKey();
  const fields = { book: '1', customer: 'Slow', email: 'a@example.org', quantity: '1', note: '' };
  // The first one waits for a lock that somebody else holds.
  const holder = await holdTable(django.postgres!.connectionString(), 'shop_order');
  const first = visitor.post('/order/', fields, { key });
  await expect.poll(holder.waiting).toBe(1);

  const began = Date.now();
  const second = await visitor.post('/order/', fields, { key });
  expect(second.status).toBe(409);
  expect(second.headers.get('retry-after')).toBe('1');
  expect(second.proof).toBe('');
  expect(Date.now() - began).toBeGreaterThan(1800);
  expect(Date.now() - began).toBeLessThan(6000);

  await holder.release();
  expect((await first).status).toBe(302);
  const third = await visitor.post('/order/', fields, { key });
  expect(third.headers.get('idempotency-replayed')).toBe('true');
  expect(await count('shop.Order', { customer: 'Slow' })).toBe(1);
});

test('a process killed in the middle of a submission leaves its key free, and nothing of it', async ({
  start,
}) => {
  const own = await start({ database: 'postgres' });
  const visitor = createVisitor(own.origin);
  await visitor.get('/order/');
  const key = freshKey();
  const fields = { book: '1', customer: 'Killed', email: 'a@example.org', quantity: '1', note: '' };
  const holder = await holdTable(own.postgres!.connectionString(), 'shop_order');
  const first = visitor.post('/order/', fields, { key }).then(
    ({ status }) => status,
    () => 'no answer',
  );
  await expect.poll(holder.waiting).toBe(1);
  await own.django.kill();
  expect(await first).toBe('no answer');
  await expect(visitor.post('/order/', fields, { key })).rejects.toThrow();

  await holder.release();
  await own.django.start();
  const again = await visitor.post('/order/', fields, { key });
  expect(again.status).toBe(302);
  const rows = await own.python([
    'shell',
    '-v0',
    '-c',
    'from shop.models import Order; print(Order.objects.count())',
  ]);
  expect(Number(rows)).toBe(1);
});

async function secretOf(demo: { python(args: string[]): Promise<string> }): Promise<Record<string, string>> {
  const script = 'from django.conf import settings; print(settings.SECRET_KEY)';
  return { DJANGO_SECRET_KEY: (await demo.python(['shell', '-v0', '-c', script])).trim() };
}

/** Holds a table in a session of its own, and says how many others wait for it. */
async function holdTable(url: string, table: string) {
  const { Client } = (await import('pg')).default;
  const holder = new Client({ connectionString: url });
  const watcher = new Client({ connectionString: url });
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query(`begin; lock table ${table} in access exclusive mode`);
  return {
    waiting: async () => {
      const text = 'select count(*)::int as n from pg_locks where not granted and relation = $1::regclass';
      return (await watcher.query<{ n: number }>(text, [table])).rows[0]?.n;
    },
    release: async () => {
      await holder.query('rollback');
      await Promise.all([holder.end(), watcher.end()]);
    },
  };
}
