import type { Page } from '@playwright/test';
import type { Hooks } from 'ky';
import type { RequestHooks } from '../../src/outbox/hooks.js';
import { csrfFailure, json, text } from '../support/answers.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import { load, openApp, settledOf, type Told } from '../support/app.js';
import { check, entriesOf } from '../support/outbox.js';

/** The types say it too: they are hooks as ky takes them. */
const asKyTakesThem = (hooks: RequestHooks): Hooks => hooks;

/** What comes of an expression with the app's ky: its value, or the error that the app sees. */
const outcomeOf = <T = Told & { value?: unknown }>(page: Page, expression: string): Promise<T> =>
  page.evaluate(`(${expression}).then((value) => ({ state: 'answered', value }), (error) => {
    const { name, state = name, id, reason, settled, cause, response } = error;
    settled?.then((end) => (window.settled[id] = end.state));
    const isQueued = error instanceof sdk.SubmissionQueuedError;
    return { name, state, isQueued, ...(id && { id }), ...(reason && { reason }), ...(cause && { cause: cause.name }),
      ...(response && { status: response.status }) };
  })`);

const post = "api.post('/api/orders/', { json: { title: 'Twenty chairs' } }).json()";

test(
  'while the server answers, an app’s ky has its answers and errors, and each request a key of its own',
  { tag: '@O20' },
  async ({ page, site }) => {
    await openApp(page, site);
    site.on('POST', '/api/invalid/', () => json({ errors: ['title'] }, 422));
    site.on('POST', '/api/taken/', () => text(409, 'This name is taken.'));
    const both = `Promise.all([${post}, ${post}])`;
    expect(await outcomeOf(page, both)).toEqual({ state: 'answered', value: [{ number: 7 }, { number: 7 }] });
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(2);
    expect(site.effects).toHaveLength(2);
    const invalid = "api.post('/api/invalid/', { json: {} }).json()";
    expect(await outcomeOf(page, invalid)).toMatchObject({ name: 'HTTPError', status: 422 });
    const taken =
      "api.post('/api/taken/', { json: {}, throwHttpErrors: false }).then(({ status }) => status)";
    expect(await outcomeOf(page, taken)).toEqual({ state: 'answered', value: 409 });
    const own =
      "api.post('/api/own/', { body: 'x', headers: { 'idempotency-key': 'mine', accept: 'text/x' } })";
    expect((await outcomeOf(page, `${own}.text()`)).state).toBe('answered');
    expect(site.posts.at(-1)!.headers).toMatchObject({ 'idempotency-key': 'mine', accept: 'text/x' });
    expect(await entriesOf(page)).toEqual([]);
    expect(site.posts).toHaveLength(5);
    expect(asKyTakesThem).toBeDefined();
  },
);

test(
  'a network failure is told as queued, with its cause; sent once when the server is back, under one key',
  { tag: ['@O20', '@O02'] },
  async ({ page, site }) => {
    // Else it might be answered by another site, and a person is asked.
    site.declaresIdempotency = true;
    await openApp(page, site);
    site.fault('commit-then-drop', { method: 'POST' });
    const told = await outcomeOf(page, post);
    expect(told).toMatchObject({ isQueued: true, state: 'queued', cause: 'NetworkError' });
    expect(await entriesOf(page)).toMatchObject([{ id: told.id, form: { name: '', title: 'The app' } }]);
    await site.heal();
    await check(page);
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);

    await site.stop();
    await check(page);
    const posts = site.posts.length;
    expect(await outcomeOf(page, post)).toMatchObject({ isQueued: true, state: 'queued' });
    expect(site.posts).toHaveLength(posts);
  },
);

for (const [fault, state, reason] of [
  [{ status: 500, body: 'broken' }, 'queued', undefined],
  [{ status: 503, headers: { 'retry-after': '1' } }, 'queued', undefined],
  [{ status: 401 }, 'held', 'sign-in'],
] as const) {
  test(
    `${fault.status} is told as ${state}, also to an app that has HTTP errors not thrown`,
    { tag: ['@O20', '@O10'] },
    async ({ page, site }) => {
      await openApp(page, site, { retry: { delay: 50 } });
      site.fault(fault, { path: '/api/orders/' });
      const asked = Date.now();
      const told = await outcomeOf(page, post.replace('} })', '}, throwHttpErrors: false })'));
      expect(told).toMatchObject({ isQueued: true, state, ...(reason && { reason }) });
      // By the answer, not by patience.
      expect(Date.now() - asked).toBeLessThan(9000);
      await site.heal();
      await page.evaluate(`ResilientForms.instance.outbox.retry('${told.id}')`);
      await expect.poll(() => settledOf(page, told.id)).toBe('sent');
      expect(site.effects).toHaveLength(1);
    },
  );
}

test(
  'a server that hangs: told as queued after 10 seconds, or when the app waits no longer',
  { tag: '@O20' },
  async ({ page, site }) => {
    await page.clock.install();
    await openApp(page, site);
    await check(page);
    const gate = site.hold({ method: 'POST' });
    const slow = outcomeOf(page, post);
    await site.whenHeld(gate);
    await page.clock.fastForward(10_000);
    const told = await slow;
    expect(told).toMatchObject({ isQueued: true, state: 'queued' });
    for (const limit of ['totalTimeout: 2000', 'signal: AbortSignal.timeout(50)']) {
      const impatient = outcomeOf(page, post.replace('} })', `}, ${limit} })`));
      await site.whenHeld(gate, gate.reached + 1);
      await page.clock.fastForward(2000);
      expect(await impatient).toMatchObject({ isQueued: true, state: 'queued', cause: 'TimeoutError' });
    }
    gate.release();
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.effects).toHaveLength(3);
    expect(site.posts).toHaveLength(3);
  },
);

test('what the app aborts is given up, not sent again', { tag: '@O20' }, async ({ page, site }) => {
  await openApp(page, site);
  const gate = site.hold({ method: 'POST', times: 1 });
  await page.evaluate('window.abort = new AbortController()');
  const told = outcomeOf(page, post.replace('} })', '}, signal: abort.signal })'));
  await site.whenHeld(gate);
  await page.evaluate('abort.abort()');
  expect(await told).toMatchObject({ name: 'AbortError', isQueued: false });
  await expect.poll(() => entriesOf(page)).toEqual([]);
  expect(site.posts).toHaveLength(1);
  expect(await outcomeOf(page, post)).toMatchObject({ state: 'answered' });
});

test(
  'left alone: other methods and origins, what must not be stored, a secret header that nobody could give again',
  { tag: '@O20' },
  async ({ page, site }) => {
    await openApp(page, site);
    site.on('PUT', '/api/orders/', () => json({}));
    site.on('GET', '/api/orders/', () => json({}));
    await check(page);
    for (const expression of [
      "api.get('/api/orders/').json()",
      "api.put('/api/orders/', { json: {} }).json()",
      "api.post('/api/account/', { json: { name: 'anna', password: 'secret' } }).json()",
      "api.post('/api/account/', { body: new URLSearchParams({ password: 'secret' }) }).json()",
      "api.post('/api/orders/', { json: {}, headers: { authorization: 'Bearer x' } }).json()",
      "api.post('/api/orders/', { json: {}, keepalive: true }).json()",
      "api.post('/login/', { body: new URLSearchParams({ username: 'anna' }) }).text()",
    ]) {
      expect(await outcomeOf(page, expression), expression).toMatchObject({ state: 'answered' });
    }
    expect(site.posts.map(({ key }) => key)).toEqual(['', '', '', '', '']);
    const away = "api.post('http://localhost:1/api/', { json: {} })";
    expect(await outcomeOf(page, away)).toMatchObject({ name: 'NetworkError', isQueued: false });
    await site.stop();
    await check(page);
    const secret = "api.post('/api/account/', { json: { password: 'secret' } })";
    expect(await outcomeOf(page, secret)).toMatchObject({ name: 'NetworkError', isQueued: false });
    expect(await entriesOf(page)).toEqual([]);
    expect(await storageDump(page)).not.toContain('secret');
  },
);

test(
  'the app’s own Authorization and CSRF headers go with its attempt; a replay has those of its moment',
  { tag: ['@O20', '@O09'] },
  async ({ page, site }) => {
    const options =
      '{ retry: { limit: 0 }, headers: () => ({ authorization: `Bearer ${window.token ?? "unset"}` }) }';
    await openApp(page, site, options);
    site.on('POST', '/api/orders/', (request) => {
      if (request.headers['x-csrftoken'] !== request.cookies.get('csrftoken')) return csrfFailure();
      request.apply();
      return json({});
    });
    await page.evaluate(`document.cookie = 'csrftoken=first-csrf; path=/'`);
    site.fault('reset-body', { method: 'POST' });
    const headers = "}, headers: { authorization: 'Bearer first-token', 'x-csrftoken': 'first-csrf' } })";
    const told = await outcomeOf(page, post.replace('} })', headers));
    expect(told).toMatchObject({ isQueued: true });
    expect(site.posts[0]!.headers).toMatchObject({
      authorization: 'Bearer first-token',
      'x-csrftoken': 'first-csrf',
    });
    expect((await storageDump(page)).replace('csrftoken=first-csrf', '')).not.toMatch(/first-/);
    // Another page of the app sends it, long after.
    await page.evaluate(`document.cookie = 'csrftoken=second-csrf; path=/'`);
    await site.heal();
    await load(page, site);
    await page.evaluate(`window.token = 'second-token'`);
    await check(page);
    await page.evaluate(`ResilientForms.instance.outbox.retry('${told.id}')`);
    await site.whenEffects(1);
    expect(site.posts.at(-1)!.headers).toMatchObject({ 'x-csrftoken': 'second-csrf' });
    expect(site.posts.at(-1)!.headers.authorization).toMatch(/^Bearer (second-token|unset)$/);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);

test(
  'a page put away in mid-request holds no lock, and goes on when it is back',
  { tag: ['@O20', '@H07'] },
  async ({ openBrowser, site }) => {
    // Started as a person's browser is: Playwright's own has no back/forward cache.
    const { page } = await openBrowser();
    await openApp(page, site);
    site.page('/plain/', '<!doctype html><title>Plain</title>');
    await page.evaluate(
      "addEventListener('pageshow', ({ persisted }) => persisted && document.body.append('cached'))",
    );
    const gate = site.hold({ method: 'POST', times: 1 });
    await page.evaluate(`void (${post}).then(({ number }) => document.body.append('number ' + number))`);
    await site.whenHeld(gate);
    await page.goto(site.url('/plain/'));
    const locks = async () => {
      const { held = [] } = await navigator.locks.query();
      return held.map(({ name }) => name);
    };
    await expect.poll(() => page.evaluate(locks)).toEqual([]);
    await page.evaluate(() => history.back());
    await expect(page.locator('body')).toContainText('cached');
    gate.release();
    await expect(page.locator('body')).toContainText('number 7');
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);
