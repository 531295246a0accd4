import { readdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createVisitor, fault } from './demo-world.js';

// One server for the file: the embedded database takes seconds to start, many on a busy machine.
test.describe.configure({ mode: 'default' });

let demo: Demo;
let dataDir: string;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  dataDir = await mkdtemp(path.join(tmpdir(), 'demo-'));
  demo = await createDemo({
    dataDir,
    resilience: { retryDelay: 1, breakerThreshold: 8, breakerTimeout: 60_000 },
  });
});
test.afterAll(async () => {
  await demo.close();
  await rm(dataDir, { recursive: true });
});
// Each test begins with all well: nothing of the one before is parked, and the breaker is closed.
test.afterEach(async () => {
  await fault(demo, 'none');
  await expect.poll(async () => (await health()).body.status).not.toBe('fail');
  await createVisitor(demo.origin).order();
  await expect.poll(async () => (await health()).body.status).toBe('pass');
});

const health = async (url = '/health/') => {
  const response = await fetch(demo.origin + url);
  const body: Health = await response.json();
  return { response, body };
};

interface Health {
  status: string;
  checks: Record<string, { status: string; observedValue?: unknown }[]>;
}

test('pages that show are served from the last good answer and say so; forms that edit are not', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.signIn('ada');
  const order = (await visitor.order({ customer: 'Before the outage' })).headers.get('location') ?? '';
  const unseen = (await visitor.order()).headers.get('location') ?? '';
  for (const page of [order, '/received/']) {
    const fresh = await visitor.send(page);
    expect([fresh.status, fresh.headers.get('warning')]).toEqual([200, null]);
  }

  await fault(demo, 'database');
  for (const page of [order, '/received/']) {
    const stale = await visitor.send(page);
    expect([stale.status, stale.headers.get('warning')]).toEqual([200, '110 - "Response is Stale"']);
    const html = await stale.text();
    expect(html).toContain('The database is away.');
    expect(html).toMatch(/as of <time datetime="20[^"]+Z">/);
    expect(html).toContain('Before the outage');
  }
  for (const page of [`${order}change/`, unseen]) {
    const away = await visitor.send(page);
    expect([away.status, away.headers.get('warning')]).toEqual([503, null]);
    expect(away.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await away.text()).toContain('<script src="/static/resilient-forms.min.js"');
  }
  expect((await visitor.send('/received.json')).status).toBe(503);
  expect((await visitor.send('/orders/new/')).status).toBe(200);

  await fault(demo, 'none');
  await expect.poll(async () => (await visitor.send(order)).headers.get('warning')).toBeNull();
  expect(await (await visitor.send(order)).text()).not.toContain('as of');
});

test('what was read before a change is not shown after it', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.signIn('ada');
  const order = (await visitor.order()).headers.get('location') ?? '';
  await visitor.send(order);
  const changed = {
    customer: 'After',
    email: 'a@b.example',
    coffee: 'Harbour blend',
    size: '1 kg',
    quantity: '1',
  };
  expect((await visitor.post(`${order}change/`, changed)).status).toBe(303);
  await fault(demo, 'database');
  expect((await visitor.send(order)).status).toBe(503);
});

test('health tells each part apart, fails with the database, and says when to ask again', async () => {
  const simple = await health('/health/simple/');
  expect(simple.body).toEqual({ status: 'pass', idempotency: true, idempotencyMaxAge: 14 * 24 * 60 * 60 });
  expect(simple.response.headers.get('content-type')).toContain('application/health+json');

  // What the outages of the tests before parked is done first.
  await expect
    .poll(async () => (await health()).body, { timeout: 20_000 })
    .toMatchObject({ status: 'pass', checks: { parked: [{ observedValue: 0 }] } });
  const { response, body } = await health();
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toMatchObject({
    idempotency: true,
    idempotencyMaxAge: 14 * 24 * 60 * 60,
    checks: {
      database: [{ status: 'pass', componentType: 'datastore', observedUnit: 'ms' }],
      cache: [{ status: 'pass' }],
      breaker: [{ status: 'pass', observedValue: 'closed' }],
      parked: [{ status: 'pass', observedValue: 0 }],
    },
  });

  await fault(demo, 'database');
  const failing = await health();
  expect(failing.response.status).toBe(503);
  expect(failing.response.headers.get('retry-after')).toMatch(/^[1-5]$/);
  expect(failing.body).toMatchObject({ status: 'fail', checks: { database: [{ status: 'fail' }] } });
  expect((await health('/health/simple/')).response.status).toBe(200);
});

test('after failures the breaker opens, and is closed by the first operation after the database is back', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/orders/new/');
  await fault(demo, 'database');
  for (let tries = 0; tries < 3; tries += 1) expect((await visitor.order()).status).toBe(503);
  const open = await health();
  expect(open.body.checks['breaker']).toEqual([{ status: 'fail', observedValue: 'open' }]);
  await fault(demo, 'none');
  // Long before its 60 seconds are over.
  await expect.poll(async () => (await visitor.order()).status).toBe(303);
  expect((await health()).body.checks['breaker']).toEqual([{ status: 'pass', observedValue: 'closed' }]);
});

test('the audit of an outage and of a sign-in in it is kept in files, and made when the database is back', async () => {
  await fault(demo, 'database');
  await health();
  const visitor = createVisitor(demo.origin);
  expect((await visitor.signIn('ada')).status).toBe(303);
  const files = async () => (await readdir(path.join(dataDir, 'parked'))).length;
  await expect.poll(files).toBe(2);
  await expect
    .poll(async () => (await health()).body.checks['parked'])
    .toEqual([{ status: 'warn', observedValue: 2 }]);
  await fault(demo, 'none');
  await expect.poll(files).toBe(0);
  await expect
    .poll(async () => (await health()).body.checks['parked'])
    .toEqual([{ status: 'pass', observedValue: 0 }]);
});

test('what is for staff is answered 401 and 403 to others, and retrying needs the token of the page', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/login/');
  const status = '/admin/connection-status/';
  const retry = '/admin/retry-operations/';
  for (const [owner, code] of [
    ['', 401],
    ['grace', 403],
  ] as const) {
    if (owner) await visitor.signIn(owner);
    for (const answer of [await visitor.send(status), await visitor.post(retry, {})]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        code,
        'application/json; charset=utf-8',
      ]);
    }
  }
  await visitor.signIn('ada');
  expect(await (await visitor.send(status)).json()).toMatchObject({
    status: 'pass',
    idempotency: true,
    connection: { state: 'here' },
    breaker: { state: 'closed', failures: 0, secondsLeft: 0 },
    pool: { total: 1 },
    parked: [],
  });
  const forged = await visitor.post(retry, { csrfmiddlewaretoken: 'guess' });
  expect([forged.status, await forged.json()]).toEqual([403, { error: 'CSRF check failed' }]);
  const header = { 'x-csrftoken': visitor.jar.get('csrftoken') ?? '' };
  const done = await visitor.send(retry, { method: 'POST', headers: header });
  expect(await done.json()).toEqual({ retried: 0, succeeded: 0, failed: 0, remaining: 0 });
});

test('staff see what is parked by its name, and retrying it is 503 while the database is away', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.signIn('ada');
  await fault(demo, 'database');
  // Nothing is parked, and nobody knows yet.
  expect((await visitor.post('/admin/retry-operations/', {})).status).toBe(503);
  await visitor.signIn('ada');
  // The audit is nothing that an answer waits for.
  await expect
    .poll(async () => {
      const answer = await visitor.send('/admin/connection-status/');
      return [answer.status, await answer.json()] as unknown;
    })
    .toMatchObject([503, { connection: { state: 'away' }, parked: [{ name: 'audit' }, { name: 'audit' }] }]);
  const refused = await visitor.post('/admin/retry-operations/', {});
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { retried: 1, succeeded: 0, failed: 1, remaining: 2 },
  ]);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
});

test('metrics count by route and outcome, and hold nothing that was typed', async () => {
  const visitor = createVisitor(demo.origin);
  const key = 'metrics-key-1';
  await visitor.order({ idempotency_key: key, customer: 'Secret Customer' });
  await visitor.order({ idempotency_key: key, customer: 'Secret Customer' });
  await visitor.send('/drafts/secret-draft/?q=secret');
  await visitor.send('/received/');
  await fault(demo, 'database');
  expect((await visitor.send('/received/')).status).toBe(200);
  for (let tries = 0; tries < 2; tries += 1) await visitor.order({ customer: 'Secret Customer' });
  await fault(demo, 'none');
  await expect.poll(async () => (await health()).body.status).not.toBe('fail');
  const text = await (await fetch(`${demo.origin}/metrics`)).text();
  expect(text).toMatch(/^idempotency_total\{outcome="replayed"\} 1$/m);
  expect(text).toMatch(/^circuit_breaker_opens_total [1-9]/m);
  expect(text).toMatch(/^database_retries_total [1-9]/m);
  expect(text).toMatch(/^degraded_reads_total [1-9]/m);
  expect(text).toMatch(/^database_up 1$/m);
  expect(text).toContain('route="/drafts/:key/",method="GET",status="404"');
  expect(text).not.toMatch(/secret|metrics-key|ada\b/i);
});
