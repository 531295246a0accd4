import { book, createVisitor, freshKey } from './django-client.js';
import { counterOf, expect, test } from './django-world.js';

const ADD = '/admin/shop/book/add/';
/** What a driver, a traceback or a settings page would say. */
const INTERNALS = /psycopg|sqlite|Traceback|OperationalError|127\.0\.0\.1:\d+|port \d|refused|django\.db/i;

test('while PostgreSQL is away every page says so, nothing is half done, and no restart is needed', async ({
  start,
}) => {
  const own = await start({ database: 'postgres' });
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');
  const [owner] = /data-owner="(\d+)"/.exec((await ada.get(ADD)).text) ?? [''];
  expect(owner).not.toBe('');
  const key = freshKey();

  for (const end of [
    () => own.postgres!.stop('fast'),
    () => own.postgres!.stop('immediate'),
    () => own.postgres!.kill(),
  ]) {
    await end();
    for (const answer of [
      await ada.post(ADD, book('Outage', {}, 3), { key }),
      await ada.get(ADD),
      await ada.get('/order/'),
    ]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(answer.proof).toBe('');
      expect(answer.text).toContain('Back soon');
      expect(answer.text).toContain('resilient-forms.min.js');
      expect(answer.text).toContain('data-health="/health/"');
      expect(answer.text).toContain(owner);
      expect(answer.text).not.toMatch(INTERNALS);
    }
    await own.postgres!.start();
    expect((await ada.get(ADD)).status).toBe(200);
  }
  expect(await counterOf(own)('shop.Book', { title: 'Outage' })).toBe(0);

  const done = await ada.post(ADD, book('Outage', {}, 3), { key });
  expect(done.status).toBe(302);
  expect(await counterOf(own)('shop.Book', { title: 'Outage' })).toBe(1);
  expect(await counterOf(own)('shop.Chapter', { book__title: 'Outage' })).toBe(3);
});

test('the owner on the page of an outage is that of the session, and of no other', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');
  await ada.get(ADD);
  const remembered = ada.cookies.get('resilient-owner') ?? '';
  expect(remembered).toMatch(/^\d+:[0-9a-f]{64}$/);
  await own.postgres!.stop();

  expect((await ada.get(ADD)).text).toContain('data-owner="');
  for (const cookies of [
    { sessionid: 'another', 'resilient-owner': remembered },
    { sessionid: ada.cookies.get('sessionid') ?? '', 'resilient-owner': remembered.replace(/^\d+/, '999') },
    { 'resilient-owner': remembered },
  ]) {
    const somebody = createVisitor(own.origin);
    for (const [name, value] of Object.entries(cookies)) somebody.cookies.set(name, value);
    const { status, text } = await somebody.get('/order/');
    expect(status).toBe(503);
    expect(text).not.toContain('data-owner');
  }
});

test('health says what works: statuses and numbers, never why', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const visitor = createVisitor(own.origin);
  const healthy = await visitor.get('/health/', 'application/health+json');
  expect(healthy.status).toBe(200);
  expect(healthy.headers.get('content-type')).toBe('application/health+json');
  expect(healthy.headers.get('cache-control')).toContain('no-store');
  expect(JSON.parse(healthy.text)).toEqual({
    status: 'pass',
    idempotency: true,
    idempotencyMaxAge: 1_209_600,
    checks: {
      database: [
        {
          status: 'pass',
          componentType: 'datastore',
          observedValue: expect.any(Number),
          observedUnit: 'ms',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        },
      ],
      cache: [expect.objectContaining({ status: 'pass' })],
      breaker: [{ status: 'pass', observedValue: 'closed' }],
      parked: [{ status: 'pass', observedValue: 0 }],
    },
  });

  await own.postgres!.kill();
  const failing = await visitor.get('/health/', 'application/health+json');
  expect(failing.status).toBe(503);
  expect(failing.headers.get('retry-after')).toBe('5');
  expect(failing.text).not.toMatch(INTERNALS);
  expect(JSON.parse(failing.text)).toMatchObject({
    status: 'fail',
    checks: { database: [{ status: 'fail' }] },
  });

  const simple = await visitor.get('/health/simple/', 'application/health+json');
  expect(simple.status).toBe(200);
  expect(JSON.parse(simple.text)).toEqual({
    status: 'pass',
    idempotency: true,
    idempotencyMaxAge: 1_209_600,
  });

  for (let failures = 1; failures < 5; failures += 1) await visitor.get('/health/');
  expect(JSON.parse((await visitor.get('/health/')).text).checks.breaker).toEqual([
    { status: 'warn', observedValue: 'open' },
  ]);
  await own.postgres!.start();
  expect(JSON.parse((await visitor.get('/health/')).text)).toMatchObject({
    status: 'pass',
    checks: { breaker: [{ observedValue: 'closed' }] },
  });
});

test('health answers as ever where each request saves its session', async ({ start }) => {
  const own = await start({ database: 'postgres', env: { SESSION_SAVE_EVERY_REQUEST: '1' } });
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');
  await own.postgres!.kill();
  expect((await ada.get('/health/simple/')).status).toBe(200);
  const full = await ada.get('/health/');
  expect(full.status).toBe(503);
  expect(JSON.parse(full.text)).toMatchObject({ status: 'fail', checks: { database: [{ status: 'fail' }] } });
});

test('the connection status and the retries are for staff alone', async ({ django }) => {
  const nobody = createVisitor(django.origin);
  const vera = createVisitor(django.origin);
  const ada = createVisitor(django.origin);
  await vera.signIn('vera');
  await ada.signIn('ada');

  for (const [who, status] of [
    [nobody, 401],
    [vera, 403],
    [ada, 200],
  ] as const) {
    const shown = await who.get('/admin/connection-status/', 'application/json');
    expect(shown.status).toBe(status);
    expect(shown.headers.get('content-type')).toContain('json');
    const retried = await who.post('/admin/retry-operations/', {}, { accept: 'application/json' });
    expect(retried.status).toBe(status);
    expect(retried.headers.get('content-type')).toContain('json');
  }
  const unsigned = await ada.post('/admin/retry-operations/', {}, { token: 'x'.repeat(64) });
  expect(unsigned.status).toBe(403);

  const shown = JSON.parse((await ada.get('/admin/connection-status/')).text);
  expect(shown).toMatchObject({
    status: 'pass',
    staff: {
      breaker: { state: 'closed', failures: 0 },
      pool: { vendor: 'postgresql', open: expect.any(Number), max: expect.any(Number) },
      parked: [],
    },
  });
});

test('an operation that was parked outlives a restart, and is carried out once', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const visits = () => counterOf(own)('shop.Visit', { page: 'home', times: 1 });
  const visitor = createVisitor(own.origin);
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');

  await own.postgres!.stop();
  expect((await visitor.get('/')).status).toBe(200);
  const { checks } = JSON.parse((await visitor.get('/health/')).text);
  expect(checks.parked).toEqual([{ status: 'warn', observedValue: 1 }]);
  const away = await ada.post('/admin/retry-operations/', {}, { accept: 'application/json' });
  expect(away.status).toBe(503);
  expect(away.headers.get('content-type')).toContain('json');

  await own.django.kill();
  await own.postgres!.start();
  await own.django.start();
  const shown = JSON.parse((await ada.get('/admin/connection-status/')).text);
  expect(JSON.stringify(shown)).not.toContain('payload');

  // Asking for the health has begun the retries as well: whoever is first, it happens once.
  const retried = await ada.post('/admin/retry-operations/', {}, { accept: 'application/json' });
  expect(JSON.parse(retried.text)).toMatchObject({ failed: 0, remaining: 0 });
  expect(await visits()).toBe(1);
  const again = await ada.post('/admin/retry-operations/', {}, { accept: 'application/json' });
  expect(JSON.parse(again.text)).toEqual({ retried: 0, succeeded: 0, failed: 0, remaining: 0 });
});

test('what is logged names no value', async ({ start }) => {
  const own = await start({ database: 'postgres' });
  const ada = createVisitor(own.origin);
  await ada.signIn('ada');
  await ada.post(ADD, book('Unsaid title', { summary: 'Unsaid summary' }), { key: freshKey() });
  await own.postgres!.kill();
  await ada.post(ADD, book('Unsaid title', { summary: 'Unsaid summary' }), { key: freshKey() });
  await ada.get('/admin/shop/book/?q=Unsaid');
  await own.postgres!.start();
  await ada.get('/health/');
  const lines = own.logged();
  expect(lines.map((line) => JSON.parse(line).event).filter(Boolean)).toEqual(
    expect.arrayContaining(['connection.lost', 'connection.restored']),
  );
  expect(lines.find((line) => line.includes('connection.lost'))).toContain('"level": "WARNING"');
  expect(lines.find((line) => line.includes('connection.restored'))).toContain('"level": "INFO"');
  // An outage is no error of the site: nobody is mailed for each request of it.
  const errors = lines.filter((line) => line.includes('"level": "ERROR"'));
  expect(errors.filter((line) => !line.includes('"logger": "django.server"'))).toEqual([]);
  expect(lines.join('\n')).not.toContain('Unsaid');
});
