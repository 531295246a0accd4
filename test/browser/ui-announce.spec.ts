import type { Page } from '@playwright/test';
import { html, htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { comeBack, lose, open, orderPage, queue, screen } from '../support/screens.js';

interface Spoken {
  role: string;
  text: string;
}
type Watching = Window & { spoken: Spoken[] };

/** What the live regions that are there now are given from now on. */
async function listen(page: Page): Promise<() => Promise<Spoken[]>> {
  await page.evaluate(() => {
    const spoken: Spoken[] = [];
    Object.assign(window, { spoken });
    const root = document.querySelector('resilient-ui')!.shadowRoot!;
    for (const region of root.querySelectorAll('[role=status], [role=alert]')) {
      const role = region.getAttribute('role')!;
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) spoken.push({ role, text: node.textContent ?? '' });
      }).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  return () => page.evaluate(() => (window as unknown as Watching).spoken);
}

test(
  'the live regions are there, empty, before the first message, and each change is given to them once',
  { tag: '@U02' },
  async ({ page, site }) => {
    orderPage(site, '/orders/');
    await open(page, '/orders/');
    await expect(screen(page).live).toHaveCount(2);
    expect(await screen(page).live.allTextContents()).toEqual(['', '']);

    const spoken = await listen(page);
    await queue(page, site);
    // Failing on is no change.
    await page.clock.runFor(60_000);
    await comeBack(page, site);
    await site.whenEffects(1);
    await expect(screen(page).toast('received')).toBeVisible();

    expect((await spoken()).map(({ role, text }) => [role, text.split(/(?<=\.)/)[0]])).toEqual([
      ['status', 'The server is not available right now.'],
      ['status', 'Your submission is safe on this device.'],
      ['status', 'The server answers again.'],
      ['status', 'The server received your submission.'],
    ]);
  },
);

test(
  'of many submissions in quick succession the first and the last word are read out, and the regions do not grow',
  { tag: '@U02' },
  async ({ page, site }) => {
    orderPage(site, '/orders/');
    await open(page, '/orders/');
    await lose(page, site);
    const spoken = await listen(page);
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 2000));
    await page.evaluate(async () => {
      const { submit } = window.ResilientForms!.instance!;
      for (let n = 0; n < 20; n += 1) await submit('/orders/', { json: { n }, lane: String(n) });
    });
    const safe = async () => (await spoken()).filter(({ text }) => /safe/.test(text)).map(({ text }) => text);
    expect(await safe()).toEqual([expect.stringContaining('Your submission is safe')]);
    await page.clock.runFor(1500);
    expect(await safe()).toEqual([
      expect.stringContaining('Your submission is safe'),
      expect.stringContaining('20 submissions are safe'),
    ]);
    expect(await screen(page).live.locator('p', { hasText: 'safe' }).count()).toBe(1);
  },
);

test('an error, and nothing else, is given to the alert region', { tag: '@U02' }, async ({ page, site }) => {
  orderPage(site, '/orders/');
  site.on('POST', '/orders/', () => html(htmlPage({ body: '<p>Too many chairs.</p>' }), 422));
  await open(page, '/orders/');
  const spoken = await listen(page);
  await queue(page, site);
  await comeBack(page, site);
  await expect(screen(page).toast('Not accepted')).toBeVisible();
  const alerts = (await spoken()).filter(({ role }) => role === 'alert');
  expect(alerts.map(({ text }) => text)).toEqual([expect.stringMatching(/^Not accepted by the server\./)]);
});

test(
  'what is in the top layer and in the panel does not speak by itself',
  { tag: '@U02' },
  async ({ page, site }) => {
    orderPage(site, '/orders/');
    await open(page, '/orders/');
    await lose(page, site);
    await screen(page).indicator.click();
    const live = await page.evaluate(() => {
      const root = document.querySelector('resilient-ui')!.shadowRoot!;
      return [...root.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log], output')].map(
        (element) => element.getAttribute('role'),
      );
    });
    expect(live).toEqual(['status', 'alert']);
  },
);
