import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createDatabase } from '../../demo/server/database.js';
import { createDrafts } from '../../demo/server/drafts.js';
import { createVisitor, fault } from './demo-world.js';

// One server for the file: the embedded database takes seconds to start, many on a busy machine.
test.describe.configure({ mode: 'default' });

let demo: Demo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await createDemo({ resilience: { retryDelay: 1, breakerThreshold: 1000 } });
});
test.afterAll(async () => {
  await demo.close();
});

/** A browser with scripts of its own: drafts carry the CSRF token in a header. */
async function createWriter(owner = '') {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/login/');
  if (owner) await visitor.signIn(owner);
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    visitor.send(path, {
      method,
      headers: {
        'x-csrftoken': visitor.jar.get('csrftoken') ?? '',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const list = async () => {
    const { drafts }: { drafts: { key: string; size: number }[] } = await (
      await call('GET', '/drafts/')
    ).json();
    return drafts.map(({ key, size }) => `${key} ${size}`);
  };
  return { visitor, call, list };
}

test('a draft comes back as it was put, on every session of its owner and on no other', async () => {
  const laptop = await createWriter('ada');
  const put = await laptop.call('PUT', '/drafts/order-7/', { note: 'Grüße', __proto__x: [1] });
  expect(put.status).toBe(201);
  const phone = await createWriter('ada');
  const got = await phone.call('GET', '/drafts/order-7/');
  expect([got.status, got.headers.get('etag')]).toEqual([200, put.headers.get('etag')]);
  expect(got.headers.get('cache-control')).toBe('no-store');
  expect(await got.json()).toEqual({ note: 'Grüße', __proto__x: [1] });
  expect(await phone.list()).toEqual(['order-7 35']);

  for (const owner of ['grace', '']) {
    const other = await createWriter(owner);
    expect((await other.call('GET', '/drafts/order-7/')).status).toBe(404);
    expect(await other.list()).toEqual([]);
    await other.call('DELETE', '/drafts/order-7/');
    await other.call('DELETE', '/drafts/');
  }
  expect(await phone.list()).toEqual(['order-7 35']);
  await phone.visitor.post('/logout/', {});
  expect(await phone.list()).toEqual([]);
  expect(await laptop.list()).toEqual(['order-7 35']);
  expect((await laptop.call('DELETE', '/drafts/')).status).toBe(204);
  expect(await laptop.list()).toEqual([]);
});

test('the drafts of a visitor without a name are bound to that browser, also after a sign-in', async () => {
  const one = await createWriter();
  const two = await createWriter();
  await one.call('PUT', '/drafts/new/', 1);
  await two.call('PUT', '/drafts/new/', 2);
  expect(await (await one.call('GET', '/drafts/new/')).json()).toBe(1);
  expect(await (await two.call('GET', '/drafts/new/')).json()).toBe(2);
  one.visitor.jar.set('visitor', `forged${one.visitor.jar.get('visitor')}`);
  expect((await one.call('GET', '/drafts/new/')).status).toBe(404);
  await two.visitor.signIn('grace');
  expect(await two.list()).toEqual([]);
});

test('no draft is overwritten that the client has not seen', async () => {
  const { call } = await createWriter('ada');
  const path = '/drafts/seen/';
  const first = (await call('PUT', path, 'one', { 'if-none-match': '*' })).headers.get('etag') ?? '';
  const blind = await call('PUT', path, 'two');
  expect([blind.status, blind.headers.get('etag')]).toEqual([428, first]);
  expect((await call('PUT', path, 'two', { 'if-none-match': '*' })).status).toBe(412);
  const second = await call('PUT', path, 'two', { 'if-match': first });
  expect(second.status).toBe(200);
  const late = await call('PUT', path, 'three', { 'if-match': first });
  expect([late.status, late.headers.get('etag')]).toEqual([412, second.headers.get('etag')]);
  // The answer to the second was lost: the client sends it again.
  expect((await call('PUT', path, 'two', { 'if-match': first })).status).toBe(200);
  expect((await call('DELETE', path, undefined, { 'if-match': first })).status).toBe(412);
  expect(await (await call('GET', path)).json()).toBe('two');
  expect(
    (await call('DELETE', path, undefined, { 'if-match': second.headers.get('etag') ?? '' })).status,
  ).toBe(204);
  expect((await call('PUT', path, 'two', { 'if-match': first })).status).toBe(412);
});

test('of many writers at once one creates the draft, and the others are told its tag', async () => {
  const { call } = await createWriter('ada');
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => call('PUT', '/drafts/race/', index, { 'if-none-match': '*' })),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    201, 412, 412, 412, 412, 412, 412, 412,
  ]);
  expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
});

test('what is not a draft is refused: without the token, not JSON, too large, no name', async () => {
  const { call, list } = await createWriter('grace');
  const status = async (answer: Promise<Response>) => (await answer).status;
  expect(await status(call('PUT', '/drafts/a/', 1, { 'x-csrftoken': 'guess' }))).toBe(403);
  expect(await status(call('DELETE', '/drafts/', undefined, { 'x-csrftoken': 'guess' }))).toBe(403);
  expect(await status(call('PUT', '/drafts/a/', 'x'.repeat(256 * 1024)))).toBe(413);
  expect(await status(call('PUT', '/drafts/a/', 'x'.repeat(255 * 1024)))).toBe(201);
  expect(await status(call('PUT', '/drafts/a%20b/', 1))).toBe(400);
  expect(await status(call('PUT', '/drafts/b/', 1, { 'content-type': 'text/plain' }))).toBe(415);
  const { visitor } = await createWriter();
  const headers = { 'x-csrftoken': visitor.jar.get('csrftoken') ?? '', 'content-type': 'application/json' };
  expect(await status(visitor.send('/drafts/c/', { method: 'PUT', headers, body: '{' }))).toBe(400);
  expect(await list()).toHaveLength(1);
});

test('without its database the store says so, in JSON, and the draft can be put later', async () => {
  const { call } = await createWriter('ada');
  await fault(demo, 'database');
  const away = await call('PUT', '/drafts/away/', 1);
  expect([away.status, await away.json()]).toEqual([503, { error: 'Back soon' }]);
  expect(away.headers.get('retry-after')).toMatch(/^\d+$/);
  await fault(demo, 'none');
  expect((await call('PUT', '/drafts/away/', 1)).status).toBe(201);
});

test('an owner has so many drafts and no more, and a draft is gone after a week', async () => {
  const database = await createDatabase({});
  const store = createDrafts({ database, operation: (run) => run(AbortSignal.timeout(9000)), limit: 2 });
  const put = (key: string) => store.put('ada', key, '1', { ifMatch: null, ifNoneMatch: null });
  await put('a');
  await put('b');
  expect(await put('c')).toEqual({ kind: 'too-many' });
  expect((await put('a')).kind).toBe('same');
  await database.query(`update drafts set saved_at = now() - interval '7 days 1 second' where key = 'a'`);
  expect(await store.get('ada', 'a')).toBeNull();
  expect((await put('c')).kind).toBe('created');
  expect(await store.sweep()).toBe(1);
  expect((await store.list('ada')).map(({ key }) => key).sort()).toEqual(['b', 'c']);
  await database.close();
});
