import type { Page } from '@playwright/test';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, lose } from '../support/outbox.js';

const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click();
const again = (page: Page) =>
  page
    .getByRole('button', { name: /again|send/i })
    .first()
    .click();

/** The browser really gives this origin so little. To be called before the first `goto`: it remembers what it gave. */
async function limit(page: Page, site: Site, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize });
}

test(
  'where the device has no room, the person is told that nothing is saved and can send when the server is back',
  { tag: '@O15' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const failures: string[] = [];
    await page.exposeFunction('failed', (name: string) => void failures.push(name));
    await page.addInitScript(() =>
      document.addEventListener('resilient:storage:error', (event) =>
        (window as unknown as { failed(name: string): void }).failed(
          (event as CustomEvent<{ name: string }>).detail.name,
        ),
      ),
    );
    await page.clock.install();
    await limit(page, site, 200_000);
    await page.goto('/orders/');
    const text = `Twenty chairs ${'x'.repeat(500_000)}`;
    await page.getByLabel('title').fill(text);
    await lose(page, site);
    await save(page);
    await expect(page.getByText('This is NOT saved.').first()).toBeVisible();
    expect(failures).toContain('QuotaExceededError');
    expect(await entriesOf(page)).toEqual([]);
    await expect(page.getByLabel('title')).toHaveValue(text);
    await expect(page.locator(formIs('queued'))).toHaveCount(0);
    await site.start();
    await check(page);
    await again(page);
    await page.waitForURL('**/done/');
    expect(site.effects.map(({ fields }) => fields)).toEqual([[['title', text]]]);
  },
);

test('a full outbox says so and drops nothing', { tag: '@O15' }, async ({ page, site }) => {
  const head = `<script type="application/json" id="resilient-forms-config">{"outbox":{"maxEntries":1}}</script>${scriptTag()}`;
  site.form('/orders/', { fields: ['title'], head });
  site.form('/notes/', { fields: ['title'], head, attributes: 'data-resilient="notes"' });
  await page.clock.install();
  for (const path of ['/orders/', '/notes/']) {
    await page.goto(path);
    await page.getByLabel('title').fill(path);
    await lose(page, site);
    await save(page);
    if (path === '/orders/') await page.waitForSelector(formIs('queued'));
    else await expect(page.getByText('This is NOT saved.').first()).toBeVisible();
    if (path === '/notes/') await expect(page.getByText('1 submission waits already').first()).toBeVisible();
    await site.start();
    site.fault({ status: 503 }, { path: '/health/' });
  }
  expect((await entriesOf(page)).map(({ url }) => new URL(url).pathname)).toEqual(['/orders/']);
  await site.heal();
  await check(page);
  await site.whenEffects(1);
});

test(
  'a filled password is neither queued nor stored; the person is told and can send when the server is back',
  { tag: ['@O15', '@D19'] },
  async ({ page, site }) => {
    const buttons = '<label>Secret <input type="password" name="secret"></label><button>Save</button>';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), buttons });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByLabel('Secret').fill('hunter-two');
    await lose(page, site);
    await save(page);
    await expect(page.getByText('This was not sent, and cannot wait on this device.').first()).toBeVisible();
    expect(await entriesOf(page)).toEqual([]);
    expect(await storageDump(page)).not.toContain('hunter-two');
    await expect(page.getByLabel('Secret')).toHaveValue('hunter-two');
    await site.start();
    await check(page);
    expect(site.posts).toHaveLength(0);
    await again(page);
    await page.waitForURL('**/done/');
    expect(site.effects.map(({ fields }) => fields)).toEqual([
      [
        ['title', 'Twenty chairs'],
        ['secret', 'hunter-two'],
      ],
    ]);
  },
);
