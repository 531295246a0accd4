import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { localPath } from '../../demo/server/session.js';
import { createVisitor, ORDER, received } from './demo-world.js';

// One server for the file: the embedded database takes seconds to start, many on a busy machine.
test.describe.configure({ mode: 'default' });

let demo: Demo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await createDemo();
});
test.afterAll(async () => {
  await demo.close();
});

test('twenty deliveries of one key at once make one order and get one answer', { tag: '@O01' }, async () => {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/orders/new/');
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => visitor.order({ idempotency_key: key })),
  );

  // 409 is for a duplicate that ran out of patience: a busy machine.
  const done = answers.filter(({ status }) => status === 303);
  expect(answers.every(({ status }) => status === 303 || status === 409)).toBe(true);
  expect(new Set(done.map(({ headers }) => headers.get('location'))).size).toBe(1);
  expect(done.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
  expect(visitor.jar.get('resilient-sent')).toBe(key);
  const [order, ...others] = await received(demo.origin, key);
  expect(others).toEqual([]);
  expect(order?.effects).toMatchObject([{ kind: 'order', key, deliveries: done.length }]);
});

test('a key in the header is the same as in the field, and both must agree', async () => {
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  const first = await visitor.order({ idempotency_key: key });
  const second = await visitor.post('/orders/new/', ORDER, { 'idempotency-key': `"${key}"` });
  expect(second.status).toBe(303);
  expect(second.headers.get('location')).toBe(first.headers.get('location'));

  const other = await visitor.post(
    '/orders/new/',
    { ...ORDER, idempotency_key: key },
    { 'idempotency-key': '"another-key"' },
  );
  expect(other.status).toBe(400);
  const bare = await visitor.post('/orders/new/', ORDER, { 'idempotency-key': key });
  expect(bare.status).toBe(400);
  expect(await received(demo.origin, key)).toHaveLength(1);
});

test('a key that comes with another body or owner is answered 422', async () => {
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  expect((await visitor.order({ idempotency_key: key })).status).toBe(303);
  expect((await visitor.order({ idempotency_key: key, quantity: '3' })).status).toBe(422);
  await visitor.signIn('grace');
  expect((await visitor.order({ idempotency_key: key })).status).toBe(422);
  const orders = await received(demo.origin, key);
  expect(orders).toMatchObject([{ effects: [{ deliveries: 1 }] }]);
});

test('a rejected form is shown again, escaped, and its key is free for the corrected one', async () => {
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  const customer = '"><img src=x onerror=alert(1)>';
  const rejected = await visitor.order({ idempotency_key: key, customer, quantity: '20' });
  expect(rejected.status).toBe(422);
  const html = await rejected.text();
  expect(html).toContain('For 20 bags or more, tell us where to bring them.');
  expect(html).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  expect(html).not.toContain('<img');
  expect(visitor.jar.has('resilient-sent')).toBe(false);
  expect(await received(demo.origin, key)).toEqual([]);

  const corrected = await visitor.order({ idempotency_key: key, customer, quantity: '20', notes: 'Pier 4' });
  expect(corrected.status).toBe(303);
  expect(await received(demo.origin, key)).toMatchObject([{ customer, effects: [{ deliveries: 1 }] }]);
});

test('a POST without the token of this session is answered 403, which names CSRF', async () => {
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  const forged = await visitor.order({ idempotency_key: key, csrfmiddlewaretoken: 'guess' });
  expect(forged.status).toBe(403);
  expect(await forged.text()).toContain('CSRF');

  const before = visitor.jar.get('csrftoken') ?? '';
  await visitor.signIn('ada');
  expect(visitor.jar.get('csrftoken')).not.toBe(before);
  expect((await visitor.order({ idempotency_key: key, csrfmiddlewaretoken: before })).status).toBe(403);
  // A cookie planted together with the field is no token of this session either.
  visitor.jar.set('csrftoken', before);
  expect((await visitor.order({ idempotency_key: key })).status).toBe(403);
  expect(await received(demo.origin, key)).toEqual([]);
});

test('changing an order asks to sign in first and then answers as the button says', async () => {
  const visitor = createVisitor(demo.origin);
  const { headers } = await visitor.order();
  const change = `${headers.get('location')}change/`;
  const login = `/login/?next=${encodeURIComponent(change)}`;
  expect((await visitor.send(change)).headers.get('location')).toBe(login);
  const anonymous = await visitor.post(change, ORDER);
  expect([anonymous.status, anonymous.headers.get('location')]).toEqual([302, login]);
  expect(await (await visitor.send('/')).text()).not.toContain('data-owner');

  await visitor.signIn('ada');
  expect(await (await visitor.send(change)).text()).toContain('data-owner="ada"');
  const buttons = { _save: headers.get('location'), _continue: change, _addanother: '/orders/new/' };
  for (const [button, location] of Object.entries(buttons)) {
    const saved = await visitor.post(change, { ...ORDER, customer: button, [button]: 'Save' });
    expect([saved.status, saved.headers.get('location')]).toEqual([303, location]);
  }
  expect(await (await visitor.send(change)).text()).toContain('value="_addanother"');

  expect((await visitor.post('/logout/', {})).status).toBe(303);
  expect((await visitor.send(change)).status).toBe(302);
});

test('sign-in leads on to local paths only', () => {
  expect(localPath('/orders/1/change/?a=b')).toBe('/orders/1/change/?a=b');
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    'https://evil.example',
    '',
    7,
  ]) {
    expect(localPath(next), String(next)).toBe('/');
  }
});

test('a file sent with a multipart form is stored once for its key', async () => {
  const visitor = createVisitor(demo.origin);
  const { headers } = await visitor.order();
  const key = randomUUID();
  const attach = (content: string) => {
    const body = new FormData();
    body.append('csrfmiddlewaretoken', visitor.jar.get('csrftoken') ?? '');
    body.append('idempotency_key', key);
    body.append('caption', 'label');
    body.append('attachment', new File([content], 'lå"bel.txt'));
    return visitor.send(`${headers.get('location')}attachments/`, { method: 'POST', body });
  };
  expect((await attach('bytes')).status).toBe(303);
  expect((await attach('bytes')).status).toBe(303);
  expect((await attach('other')).status).toBe(422);
  expect((await attach('x'.repeat(3 * 2 ** 20))).status).toBe(413);
  const [order] = await received(demo.origin, key);
  expect(order?.effects).toMatchObject([{ kind: 'order' }, { kind: 'attachment', key, deliveries: 2 }]);
});
