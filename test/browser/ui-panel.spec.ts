import type { Page } from '@playwright/test';
import { expect, storageDump, test } from '../support/fixtures.js';
import { check, entriesOf } from '../support/outbox.js';
import { fill, open, orderPage, queue, screen } from '../support/screens.js';

const path = '/orders/';

const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement?.shadowRoot?.activeElement;
    return element?.textContent || element?.getAttribute('aria-label');
  });

test(
  'the panel lists what waits with title, age and state, and its age goes on',
  { tag: '@O17' },
  async ({ page, site }) => {
    orderPage(site, path, { title: 'Order of chairs' });
    await open(page, path);
    await queue(page, site);
    const { indicator, panel, rows } = screen(page);
    await expect(panel).toBeHidden();
    await indicator.click();
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('Order of chairs');
    await expect(rows).toContainText('Sent when the server is back.');
    await page.clock.fastForward(2 * 60_000);
    await expect(rows).toContainText(/2 minutes ago/);
    await expect(panel).toContainText('Server not reachable');
  },
);

test('the next check is said for as long as the server is away', async ({ page, site }) => {
  orderPage(site, path);
  await open(page, path);
  await queue(page, site);
  await screen(page).indicator.click();
  for (const _ of [1, 2, 3]) {
    await page.clock.runFor(31_000);
    await expect(screen(page).panel).toContainText(/Next check in \d+ seconds?\./);
  }
});

test('Check now asks the server at once', async ({ page, site }) => {
  orderPage(site, path);
  await open(page, path);
  await queue(page, site);
  const { indicator, panel } = screen(page);
  await indicator.click();
  await site.start();
  const before = site.probes.length;
  await panel.getByRole('button', { name: 'Check now' }).click();
  await site.whenProbes(before + 1);
  await site.whenEffects(1);
  await expect(panel).toContainText('Nothing is waiting.');
  await expect(panel).toContainText('Connected');
});

test('Send now sends, and says so', { tag: '@O17' }, async ({ page, site }) => {
  orderPage(site, path);
  await open(page, path);
  await queue(page, site);
  const { indicator, rows, toast } = screen(page);
  await indicator.click();
  // The page would find the server by itself, and send before the person does.
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 5000));
  await check(page);
  await site.start();
  await rows.getByRole('button', { name: 'Send now' }).click();
  await site.whenEffects(1);
  await expect(rows).toHaveCount(0);
  await expect(toast('The server received your submission.')).toBeVisible();
  expect(site.posts).toHaveLength(1);
});

test(
  'what was discarded can be brought back, until it is dismissed',
  { tag: '@O17' },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await queue(page, site, 'Nineteen tables');
    const { indicator, rows, panel, form, live } = screen(page);
    await indicator.click();
    const discard = rows.getByRole('button', { name: 'Discard', exact: true });
    await discard.click();
    const undo = rows.getByRole('button', { name: 'Undo' });
    await expect(undo).toBeFocused();
    await expect(rows.locator('.state')).toHaveText('Discarded.');
    await expect(live.filter({ hasText: 'Discarded.' })).toHaveCount(1);
    await expect(form).toHaveAttribute('data-resilient-state', 'draft');
    // It never left the form: that it is back is no news.
    await expect(screen(page).toast('What you typed here is back')).toHaveCount(0);
    expect(await entriesOf(page)).toEqual([]);
    await undo.click();
    await expect(discard).toBeFocused();
    await expect(rows).toHaveText(/Sent when the server is back/);
    await expect(form).toHaveAttribute('data-resilient-state', 'queued');
    expect(await entriesOf(page)).toHaveLength(1);
    // Unchanged, it stands for what waits: nothing is added.
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(screen(page).toast('already waiting')).toBeVisible();
    await discard.click();
    await rows.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => storageDump(page)).not.toContain('discarded');
    await expect(panel).toContainText('Nothing is waiting.');
    await expect(page.getByLabel('title')).toHaveValue('Nineteen tables');
    await expect(screen(page).form).toHaveAttribute('data-resilient-state', 'draft');
    await expect(indicator).toHaveText('Server not reachable');
    await site.start();
    await panel.getByRole('button', { name: 'Check now' }).click();
    await expect(panel).toContainText('Connected');
    expect(site.posts).toHaveLength(0);
    expect(await storageDump(page)).toContain('Nineteen tables');
  },
);

test(
  'everything works by keyboard, in the order in which it is seen',
  { tag: '@O17' },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await fill(page);
    await queue(page, site);
    // Only the messages of losing the server are there; they go by themselves.
    await page.clock.runFor(20_000);
    const { indicator, panel, rows } = screen(page);
    await expect(screen(page).toasts).toHaveCount(0);
    await page.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Tab');
    await expect(indicator).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(indicator).toHaveAttribute('aria-expanded', 'true');
    for (const name of ['Export', 'Close', 'Check now', 'Send now', 'Edit', 'Discard']) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(name);
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Undo');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Discard');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Undo');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Dismiss');
    await page.keyboard.press('Enter');
    await expect(rows).toHaveCount(0);
    await expect(panel).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await expect(indicator).toBeFocused();
    await expect(indicator).toHaveAttribute('aria-expanded', 'false');
  },
);
