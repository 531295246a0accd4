import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import type { Post } from '../support/types.js';
import { check, entriesOf, formIs, hear, queue, retry } from '../support/outbox.js';

/** The one key, in the field of the body and, where it is there, in the header as an RFC 8941 string. */
function keysOf({ fields, headers }: Post) {
  return {
    field: fields.filter(([name]) => name === 'idempotency_key').map(([, value]) => value),
    header: headers['idempotency-key'],
  };
}

test(
  'a native POST that the browser itself sends again carries the one key each time',
  { tag: '@O02' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.goto('/orders/');
    await page.waitForSelector('form[data-resilient-state]');
    await page.getByLabel('title').fill('Twenty chairs');
    // A reused connection that drops after the effect: Chromium sends the POST again, unasked.
    site.fault('commit-then-drop', { method: 'POST', times: 1 });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    expect(site.posts.length).toBeGreaterThan(1);
    const [key, ...others] = new Set(site.posts.map((post) => JSON.stringify(keysOf(post).field)));
    expect(key).toMatch(/^\["[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\]$/);
    expect(others).toEqual([]);
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'every replay carries the key of the first delivery, in field and header',
  { tag: '@O02' },
  async ({ page, site }) => {
    site.declaresIdempotency = true;
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const heard = await hear(page);
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await site.start();
    site.fault('commit-then-drop', { method: 'POST', times: 4 });
    await check(page);
    await expect
      .poll(async () => {
        await page.clock.fastForward(30_000);
        await check(page);
        return heard.at(-1)?.name;
      })
      .toBe('sent');
    expect(site.posts.length).toBeGreaterThan(2);
    const key = site.posts[0]!.key;
    for (const post of site.posts) expect(keysOf(post)).toEqual({ field: [key], header: `"${key}"` });
    expect(site.effects).toHaveLength(1);
    expect(await entriesOf(page)).toEqual([]);
  },
);

test('a key that the page itself put in the form is kept', { tag: '@O02' }, async ({ page, site }) => {
  site.form('/orders/', {
    fields: ['title'],
    head: scriptTag(),
    buttons: '<input type="hidden" name="idempotency_key" value="own-key-1"><button>Save</button>',
  });
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  await queue(page, site);
  await site.start();
  await check(page);
  await site.whenEffects(1);
  expect(keysOf(site.posts[0]!)).toEqual({ field: ['own-key-1'], header: '"own-key-1"' });
});

test(
  'what may have arrived longer ago than the server remembers its key is asked about, and goes on by hand',
  { tag: ['@O10', '@O14'] },
  async ({ page, site }) => {
    const minute = 60_000;
    site.health = {
      status: 200,
      headers: { 'content-type': 'application/health+json' },
      body: JSON.stringify({ status: 'pass', idempotency: true, idempotencyMaxAge: 600 }),
    };
    await page.clock.install();
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    // Nobody can say whether this one arrived; then the server is gone for longer than it remembers.
    site.fault('hang', { method: 'POST' });
    await page.getByRole('button', { name: 'Save' }).click();
    await site.whenPosts(1);
    await site.stop();
    await check(page);
    await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'waiting' }]);
    await page.clock.fastForward(10 * minute);
    await site.heal();
    await check(page);
    await expect
      .poll(() => entriesOf(page))
      .toMatchObject([{ state: 'held', reason: 'unknown', detail: 'key-expired' }]);
    const [entry] = await entriesOf(page);
    expect(site.effects).toHaveLength(0);
    await retry(page, entry!.id);
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
  },
);

test(
  'another body under the key is no rejection: it is asked about, and sent again as a new one',
  { tag: '@O10' },
  async ({ page, site }) => {
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
    let first = '';
    site.on('POST', '/orders/', (request) => {
      first ||= request.key;
      if (request.key !== first) {
        request.apply();
        return { status: 204 };
      }
      const problem = { type: 'about:blank', title: 'Idempotency-Key is already used', status: 422 };
      return {
        status: 422,
        headers: { 'content-type': 'application/problem+json' },
        body: JSON.stringify(problem),
      };
    });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector(formIs('held'));
    const [entry] = await entriesOf(page);
    expect(entry).toMatchObject({ reason: 'unknown', detail: 'key-spent', status: 422 });
    await retry(page, entry!.id);
    await site.whenEffects(1);
    const [was, is] = site.posts;
    expect(is!.key).not.toBe(was!.key);
    // In the field and in the header alike.
    expect(is!.headers['idempotency-key']).toBe(`"${is!.key}"`);
    expect(is!.body.toString()).toContain(is!.key);
    await expect.poll(() => entriesOf(page)).toEqual([]);
  },
);
