import { createVisitor, freshKey } from './django-client.js';
import { expect, test } from './django-world.js';

/** Ends its own connection for real, so many times, before it does something. */
const SCRIPT = `
from django.db import connection
from resilient_forms.connection import resilient_database_operation, DatabaseUnavailable
from resilient_forms import outage
from shop.models import Tag
waits, calls = [], []
def failing(times):
    left = [times]
    def operation():
        calls.append(1)
        Tag.objects.create(name=f'tag {len(calls)}')
        if left[0]:
            left[0] -= 1
            connection.cursor().execute('select pg_terminate_backend(pg_backend_pid())')
        return 'done'
    return operation
def run(times):
    try:
        return resilient_database_operation(failing(times), sleep=waits.append)
    except DatabaseUnavailable:
        return 'not tried'
    except Exception as error:
        return type(error).__name__
`;

const lines = (...statements: string[]) => SCRIPT + statements.join('\n');

test('an operation outlives lost connections: three retries from a second, doubled', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const said = await own.python([
    'shell',
    '-v0',
    '-c',
    lines(
      'print(run(3), waits, len(calls), list(Tag.objects.filter(name__startswith="tag ").values_list("name")))',
    ),
  ]);
  expect(said.trim()).toBe("done [1.0, 2.0, 4.0] 4 [('tag 4',)]");
});

test('five failures in a row open the breaker, and an answer of the database closes it', async ({
  start,
}) => {
  const own = await start({
    database: 'postgres',
    env: { CONNECTION_MAX_RETRIES: '1', CONNECTION_RETRY_DELAY: '0.25' },
  });
  const said = await own.python([
    'shell',
    '-v0',
    '-c',
    lines(
      'first = [run(9) for _ in range(3)]',
      'print(first, waits, len(calls), outage.breaker().state(), run(0), len(calls))',
      'from resilient_forms.health import full_health',
      'print(full_health()["status"], outage.breaker().state(), run(0))',
    ),
  ]);
  expect(said.trim().split('\n')).toEqual([
    "['OperationalError', 'OperationalError', 'not tried'] [0.25, 0.25, 0.25] 5 open not tried 5",
    'pass closed done',
  ]);
});

test('within a transaction nothing is repeated, and a wrong statement is no outage', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const said = await own.python([
    'shell',
    '-v0',
    '-c',
    lines(
      'from django.db import transaction',
      'try:',
      '    with transaction.atomic(): run_inside = resilient_database_operation(failing(1), sleep=waits.append)',
      'except Exception as error: print(type(error).__name__, len(calls), waits)',
      'def wrong(): connection.cursor().execute("select * from no_such_table")',
      'try: resilient_database_operation(wrong, sleep=waits.append)',
      'except Exception as error: print(type(error).__name__, outage.is_lost(error), waits, outage.breaker().state())',
    ),
  ]);
  expect(said.trim().split('\n')).toEqual(['OperationalError 1 []', 'ProgrammingError False [] closed']);
});

test('the faults are real for Django, too: the database goes away, answers are dropped after the commit', async ({
  start,
}) => {
  for (const database of ['postgres', 'sqlite'] as const) {
    const own = await start({ database });
    const fault = async (method: string, kind = '') => {
      const headers = {
        'x-fault-token': own.control.token,
        ...(kind && { 'content-type': 'application/json' }),
      };
      const body = JSON.stringify({ kind, seconds: 60 });
      const { status } = await fetch(`${own.control.origin}/faults`, {
        method,
        headers,
        ...(kind && { body }),
      });
      expect(status).toBe(200);
    };
    const visitor = createVisitor(own.origin);
    const fields = { book: '1', customer: 'Faulty', email: 'a@example.org', quantity: '1', note: '' };
    const key = freshKey();
    await visitor.get('/order/');

    await fault('POST', 'database');
    expect((await visitor.get('/health/')).status).toBe(503);
    expect((await visitor.post('/order/', fields, { key })).status).toBe(503);
    await fault('POST', 'drop');
    await expect(visitor.post('/order/', fields, { key })).rejects.toThrow();
    expect((await visitor.get('/health/')).status).toBe(200);
    await fault('DELETE');

    const replayed = await visitor.post('/order/', fields, { key });
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    const count = 'from shop.models import Order; print(Order.objects.count())';
    expect(Number(await own.python(['shell', '-v0', '-c', count]))).toBe(1);
  }
});
