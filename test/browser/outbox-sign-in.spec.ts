import type { Page } from '@playwright/test';
import { html, htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, find, formIs, hear, queue } from '../support/outbox.js';

test.use({ siteOptions: { signIn: 'required' } });

async function signIn(page: Page, user: string, next = '/orders/'): Promise<void> {
  await page.goto(`/login/?next=${next}`);
  await page.getByLabel('User').fill(user);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**${next}`);
}

async function queueAs(page: Page, site: Site, user: string): Promise<void> {
  site.form('/orders/', { fields: ['title'], head: scriptTag({ owner: user }) });
  await page.clock.install();
  await signIn(page, user);
  await page.getByLabel('title').fill('Twenty chairs');
  await queue(page, site);
}

/** A sign-in page that has the script too. */
const signInForm = `<form method="post" action="/login/"><input type="hidden" name="next" value="/orders/">
<label>User <input name="username"></label><input type="password" name="password"><button>Sign in</button></form>`;

const orders = (site: Site) => site.posts.filter(({ path }) => path === '/orders/');

/** Each way in which a server says that nobody is signed in. */
const answers: [title: string, arrange: (site: Site) => void][] = [
  ['302 to a sign-in page that answers 200', (site) => site.sessions.clear()],
  ['401', (site) => site.fault({ status: 401, body: 'who?' }, { method: 'POST', path: '/orders/' })],
  ['419', (site) => site.fault({ status: 419, body: 'expired' }, { method: 'POST', path: '/orders/' })],
];

for (const [title, arrange] of answers) {
  test(
    `${title}: held with one prompt, and sent after signing in in another tab`,
    { tag: '@O07' },
    async ({ context, page, site }) => {
      const heard = await hear(page);
      await queueAs(page, site, 'anna');
      await site.start();
      arrange(site);
      await check(page);
      await page.waitForSelector(formIs('held'));
      expect(await entriesOf(page)).toMatchObject([{ state: 'held', reason: 'sign-in' }]);
      expect(heard.filter(({ name }) => name === 'held')).toHaveLength(1);
      const attempts = orders(site).length;
      await page.clock.fastForward(400_000);
      await check(page);
      await page.clock.fastForward(400_000);
      await check(page);
      expect(orders(site)).toHaveLength(attempts);
      expect(heard.filter(({ name }) => name === 'held')).toHaveLength(1);
      expect(site.effects).toHaveLength(0);

      await site.heal();
      const other = await context.newPage();
      await signIn(other, 'anna');
      await site.whenEffects(1);
      await expect.poll(() => entriesOf(other)).toEqual([]);
      expect(site.effects).toMatchObject([{ user: 'anna', fields: [['title', 'Twenty chairs']] }]);
    },
  );
}

test(
  'a native submission that meets the sign-in page is held, and goes out after signing in',
  { tag: '@O07' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag({ owner: 'anna' }) });
    site.on('GET', '/login/', () => html(htmlPage({ head: scriptTag(), body: signInForm })));
    const heard = await hear(page);
    await signIn(page, 'anna');
    await page.waitForSelector('form[data-resilient-state]');
    await check(page);
    site.sessions.clear();
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/login/**');
    expect(site.effects).toHaveLength(0);
    await page.waitForFunction(() => 'ResilientForms' in window);
    await signIn(page, 'anna');
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(heard.filter(({ reason }) => reason === 'unknown')).toEqual([]);
    expect(site.effects).toMatchObject([{ user: 'anna', fields: [['title', 'Twenty chairs']] }]);
  },
);

test(
  'what A queued is neither sent nor shown while B is signed in, and sent when A is back',
  { tag: '@O12' },
  async ({ context, page, site }) => {
    await queueAs(page, site, 'anna');
    // A's tab stays open; B signs in in another one, before A's tab sees the server again.
    await site.start();
    site.fault({ status: 503 }, { path: '/health/' });
    const other = await context.newPage();
    site.form('/orders/', { fields: ['title'], head: scriptTag({ owner: 'ben' }) });
    await signIn(other, 'ben');
    await other.waitForSelector('form[data-resilient-state]');
    await find(other, site);
    expect(await entriesOf(other)).toEqual([]);
    await expect(other.locator('body')).not.toContainText('Twenty chairs');
    await check(page);
    await page.clock.fastForward(400_000);
    await check(page);
    expect(orders(site)).toHaveLength(0);
    expect(await entriesOf(page)).toMatchObject([{ state: 'waiting', attempts: 0 }]);

    site.form('/orders/', { fields: ['title'], head: scriptTag({ owner: 'anna' }) });
    await signIn(other, 'anna');
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(other)).toEqual([]);
    expect(site.effects).toMatchObject([{ user: 'anna', fields: [['title', 'Twenty chairs']] }]);
    expect(orders(site)).toHaveLength(1);
  },
);

test('what an owner queued waits while the page has none', { tag: '@O12' }, async ({ page, site }) => {
  await queueAs(page, site, 'anna');
  await site.start();
  site.fault({ status: 503 }, { path: '/health/' });
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  await page.goto('/orders/');
  await find(page, site);
  expect(await entriesOf(page)).toEqual([]);
  await page.clock.fastForward(400_000);
  await check(page);
  expect(orders(site)).toHaveLength(0);

  site.form('/orders/', { fields: ['title'], head: scriptTag({ owner: 'anna' }) });
  await page.reload();
  await site.whenEffects(1);
  expect(site.effects).toMatchObject([{ user: 'anna' }]);
});
