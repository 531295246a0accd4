import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import type { Post } from '../support/types.js';
import { check, entriesOf, hear, queue } from '../support/outbox.js';

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
