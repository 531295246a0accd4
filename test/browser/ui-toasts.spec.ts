import type { Page } from '@playwright/test';
import { html, htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { comeBack, fill, lose, open, orderPage, queue, screen } from '../support/screens.js';

const path = '/orders/';
const hour = 3_600_000;

/** When, on the page's clock, each toast came and went. */
async function timeToasts(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const came = new Map<Node, number>();
    const lifetimes: number[] = [];
    Object.assign(window, { lifetimes });
    new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        for (const node of addedNodes) came.set(node, Date.now());
        for (const node of removedNodes) lifetimes.push(Date.now() - came.get(node)!);
      }
    }).observe(document.querySelector('resilient-ui')!.shadowRoot!.querySelector('.toasts')!, {
      childList: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { lifetimes: number[] }).lifetimes);
}

const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.shadowRoot?.activeElement?.textContent ?? document.activeElement?.id,
  );

const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test(
  'a message without actions can be read for six seconds at least, then goes',
  { tag: '@U04' },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    const lifetimes = await timeToasts(page);
    await lose(page, site);
    const { toasts } = screen(page);
    await expect(async () => {
      await page.clock.runFor(500);
      await expect(toasts).toHaveCount(0, { timeout: 100 });
    }).toPass();
    const [lifetime] = await lifetimes();
    expect(lifetime).toBeGreaterThanOrEqual(6000);
    expect(lifetime).toBeLessThan(15_000);
  },
);

for (const [name, begin, end] of [
  [
    'the pointer is over it',
    (page: Page) => screen(page).toasts.hover(),
    (page: Page) => page.mouse.move(5, 5),
  ],
  [
    'the focus is in it',
    (page: Page) => screen(page).toasts.getByRole('button').focus(),
    (page: Page) => page.getByLabel('title').focus(),
  ],
  ['the page is hidden', (page: Page) => setHidden(page, true), (page: Page) => setHidden(page, false)],
] as const) {
  test(`a message waits while ${name}`, { tag: '@U04' }, async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    // From here on only the test moves the clock: a slow machine must not use the message's time up.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 5000));
    await lose(page, site);
    const { toasts } = screen(page);
    await begin(page);
    await page.clock.runFor(60_000);
    await expect(toasts).toHaveCount(1);
    await end(page);
    await page.clock.runFor(20_000);
    await expect(toasts).toHaveCount(0);
  });
}

test(
  'an error, and a message with actions, stays until it is dismissed',
  { tag: '@U04' },
  async ({ page, site }) => {
    orderPage(site, path);
    site.on('POST', path, () => html(htmlPage({ body: '<p>Too many chairs.</p>' }), 422));
    await open(page, path);
    await fill(page);
    await page.reload();
    const { toast } = screen(page);
    await expect(toast('is back')).toBeVisible();
    await page.clock.fastForward(hour);
    await expect(toast('is back')).toBeVisible();

    await queue(page, site);
    await comeBack(page, site);
    await expect(toast('Not accepted')).toBeVisible();
    await page.clock.fastForward(hour);
    await page.clock.runFor(20_000);
    // Beside it, after such an hour, there may be news of the server.
    await expect(toast('Not accepted')).toBeVisible();
    await toast('Not accepted').getByRole('button', { name: 'Close' }).click();
    await expect(toast('Not accepted')).toHaveCount(0);
  },
);

test('no message takes the focus away', { tag: '@U04' }, async ({ page, site }) => {
  orderPage(site, path);
  site.on('POST', path, () => html(htmlPage({ body: '<p>Too many chairs.</p>' }), 422));
  await open(page, path);
  await page.evaluate(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    document.addEventListener('focusin', ({ target }) => moved.push((target as Element).localName), true);
  });
  await page.getByLabel('note').focus();
  await lose(page, site);
  expect(await focused(page)).toBe('id_note');
  await queue(page, site);
  await page.getByLabel('note').focus();
  await comeBack(page, site);
  await expect(screen(page).toast('Not accepted')).toBeVisible();
  expect(await focused(page)).toBe('id_note');
  expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved)).not.toContain(
    'resilient-ui',
  );
});

test(
  'Escape closes the message that has the focus, and the focus goes back',
  { tag: '@U04' },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await fill(page);
    await page.reload();
    const { toasts } = screen(page);
    await expect(toasts).toHaveText([/is back/]);
    await page.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Undo');
    await page.keyboard.press('Escape');
    await expect(toasts).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Save' })).toBeFocused();
  },
);
