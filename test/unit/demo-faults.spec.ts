import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createVisitor, fault, received } from './demo-world.js';

// One server for the file: the embedded database takes seconds to start, many on a busy machine.
test.describe.configure({ mode: 'default' });

let demo: Demo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await createDemo({ resilience: { retryDelay: 20, breakerThreshold: 1000 } });
});
test.afterAll(async () => {
  await demo.close();
});
test.afterEach(async () => {
  await fault(demo, 'none');
});

test('refusing closes the port, and the time set opens it again', async () => {
  await fault(demo, 'refuse', 0.3);
  await expect(fetch(demo.origin)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await expect
    .poll(() =>
      fetch(demo.origin).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
});

test('hanging holds a request back until it is over', async () => {
  await fault(demo, 'hang');
  const steps: string[] = [];
  const answer = fetch(`${demo.origin}/health/simple/`).then(({ status }) =>
    steps.push(`answered ${status}`),
  );
  // A whole round trip on another connection: the first would have been answered by then.
  await expect(fetch(demo.origin, { signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
  steps.push('over');
  await fault(demo, 'none');
  await answer;
  expect(steps).toEqual(['over', 'answered 200']);
});

test('dropping cuts the connection after the order is stored; the next delivery gets the outcome', async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/orders/new/');
  const key = randomUUID();
  await fault(demo, 'drop');
  await expect(visitor.order({ idempotency_key: key })).rejects.toThrow('fetch failed');
  expect(await received(demo.origin, key)).toHaveLength(1);
  await fault(demo, 'none');
  const again = await visitor.order({ idempotency_key: key });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const [order, ...others] = await received(demo.origin, key);
  expect(others).toEqual([]);
  expect(order?.effects[0]?.deliveries).toBeGreaterThan(1);
});

test('503 says when to come back, and a captive portal answers everything with its page', async () => {
  await fault(demo, 'unavailable', 30);
  const unavailable = await fetch(`${demo.origin}/health/`);
  expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '30']);
  await fault(demo, 'portal');
  const portal = await fetch(`${demo.origin}/health/`);
  expect(portal.status).toBe(200);
  expect(portal.headers.get('content-type')).toContain('text/html');
  expect(await portal.text()).toContain('Wi-Fi');
});

test('without its database the server serves forms, stores nothing and says so; later the key works', async () => {
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  await fault(demo, 'database');
  const health = await fetch(`${demo.origin}/health/`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ status: 'fail', checks: { database: [{ status: 'fail' }] } });
  expect((await visitor.send('/orders/new/')).status).toBe(200);
  const refused = await visitor.order({ idempotency_key: key });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([
    503,
    expect.stringMatching(/^[1-5]$/),
  ]);
  expect(await refused.text()).toContain('Nothing was stored.');

  await fault(demo, 'none');
  expect((await visitor.order({ idempotency_key: key })).status).toBe(303);
  expect(await received(demo.origin, key)).toMatchObject([{ effects: [{ deliveries: 1 }] }]);
});

test('faults are begun only with the token, and pages of other names get nothing', async () => {
  const url = `${demo.control.origin}/faults`;
  const body = new URLSearchParams({ kind: 'refuse', seconds: '5', token: 'guess' });
  expect((await fetch(url, { method: 'POST', body })).status).toBe(403);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  expect((await fault(demo, 'earthquake')).status).toBe(400);
  expect((await fault(demo, 'hang', 1e9)).status).toBe(400);
  expect(await (await fetch(url)).json()).toMatchObject({ kind: 'none' });
  const foreign = await fetch(url, { headers: { origin: 'http://evil.example' } });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

test(
  'orders under way when the database goes are stored once, when they are sent again',
  { tag: '@O01' },
  async () => {
    const visitor = createVisitor(demo.origin);
    await visitor.send('/orders/new/');
    const keys = Array.from({ length: 12 }, () => randomUUID());
    const deliver = async (key: string) => (await visitor.order({ idempotency_key: key })).status;
    const first = Promise.all(keys.map(deliver));
    await fault(demo, 'database');
    const statuses = await first;
    expect(statuses.every((status) => status === 303 || status === 503)).toBe(true);
    await fault(demo, 'none');

    for (const key of keys) await expect.poll(() => deliver(key), { timeout: 20_000 }).toBe(303);
    for (const key of keys) expect(await received(demo.origin, key)).toHaveLength(1);
  },
);
