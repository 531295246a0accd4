import { htmlPage, redirect } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { entriesOf, find, formIs, queue, retry } from '../support/outbox.js';
import { screen } from '../support/screens.js';
import { startSite } from '../support/site.js';

/* O11. What a page is not told: to fetch, each of these fails as a dead network does. */

const fetchDelivery = 'data-resilient data-resilient-delivery="fetch"';
const held = formIs('held');

/** Takes each submission, and sends the browser to another site. */
function leadElsewhere(site: Site, other: Site): void {
  site.on('POST', '/orders/', (request) => {
    request.apply();
    return redirect(other.url('/pay/'));
  });
}

const ordersPosted = (site: Site) => site.posts.filter(({ path }) => path === '/orders/').length;

for (const declaresIdempotency of [false, true]) {
  const server = declaresIdempotency ? 'that de-duplicates' : 'of which nothing is known';
  test(
    `a redirect to another site, from a server ${server}, is asked about and not repeated`,
    { tag: '@O11' },
    async ({ page, site }) => {
      const other = await startSite();
      site.declaresIdempotency = declaresIdempotency;
      site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes: fetchDelivery });
      leadElsewhere(site, other);
      await page.goto('/orders/');
      await page.getByLabel('title').fill('Twenty chairs');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForSelector(held);
      const [entry] = await entriesOf(page);
      expect(entry).toMatchObject({ reason: 'unknown', detail: 'elsewhere' });
      await expect(screen(page).toast(/leads to another site/)).toBeVisible();
      // Two looks for certainty where that makes no second effect.
      expect(ordersPosted(site)).toBe(declaresIdempotency ? 4 : 2);
      if (declaresIdempotency) expect(site.effects).toHaveLength(1);
      const posts = ordersPosted(site);
      await page.evaluate('ResilientForms.instance.connection.check()');
      await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'held' }]);
      expect(ordersPosted(site)).toBe(posts);
      await other.close();
    },
  );
}

test(
  'under a policy that names this site, a redirect to another is known at the first attempt',
  { tag: '@O11' },
  async ({ page, site }) => {
    const other = await startSite();
    site.csp = "connect-src 'self'";
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes: fetchDelivery });
    leadElsewhere(site, other);
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector(held);
    expect(await entriesOf(page)).toMatchObject([{ reason: 'unknown', detail: 'elsewhere', attempts: 1 }]);
    expect(ordersPosted(site)).toBe(1);
    await other.close();
  },
);

test(
  'a page whose policy forbids the request says so, and sends it once the policy does not',
  { tag: '@O11' },
  async ({ page, site }) => {
    await page.clock.install();
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    // Health is on the list, the orders are not.
    site.csp = `connect-src ${site.url('/health/')}`;
    await site.heal();
    await page.goto('/orders/');
    await expect.poll(() => entriesOf(page)).toMatchObject([{ reason: 'refused', detail: 'blocked' }]);
    await expect(screen(page).toast(/rules of this page/)).toBeVisible();
    expect(ordersPosted(site)).toBe(0);
    site.csp = '';
    await page.goto('/orders/');
    const [entry] = await entriesOf(page);
    await retry(page, entry!.id);
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
  },
);

for (const times of [2, 3]) {
  test(
    `a connection that drops ${times} answers of a server that de-duplicates is no redirect: it is sent in the end`,
    { tag: ['@O11', '@O08'] },
    async ({ page, site }) => {
      site.declaresIdempotency = true;
      // Each connection is a new one, so that the browser does not resend by itself.
      site.keepAlive = false;
      site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes: fetchDelivery });
      site.page('/done/', htmlPage({ head: scriptTag() }));
      site.fault('commit-then-drop', { method: 'POST', path: '/orders/', times });
      await page.goto('/orders/');
      await page.getByLabel('title').fill('Twenty chairs');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => ordersPosted(site)).toBeGreaterThan(times);
      await expect
        .poll(async () => (await entriesOf(page).catch(() => [{ state: '?' }])).map(({ state }) => state), {
          timeout: 20_000,
        })
        .toEqual([]);
      expect(site.effects).toHaveLength(1);
    },
  );
}

test(
  'what is queued goes where the form sent to when it was submitted, whatever the form says since',
  { tag: '@O11' },
  async ({ page, site }) => {
    await page.clock.install();
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.page('/done/', htmlPage({ head: scriptTag() }));
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await page.evaluate(() => {
      document.querySelector('form')!.setAttribute('action', '/elsewhere/');
      document.head.append(Object.assign(document.createElement('base'), { href: '/other/' }));
    });
    await find(page, site);
    await site.whenEffects(1);
    expect(site.effects.map(({ path }) => path)).toEqual(['/orders/']);
    expect(site.posts.map(({ path }) => path)).toEqual(['/orders/']);
  },
);
