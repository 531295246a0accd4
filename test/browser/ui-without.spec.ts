import { expect, test, watchErrors } from '../support/fixtures.js';
import { comeBack, fill, open, orderPage, screen, submit } from '../support/screens.js';

const path = '/orders/';

test(
  'a browser without constructable style sheets shows no interface, and its forms still survive',
  { tag: '@H05' },
  async ({ page, site }) => {
    const errors = await watchErrors(page);
    await page.addInitScript(() => {
      Object.defineProperty(window, 'CSSStyleSheet', { value: undefined });
    });
    orderPage(site, path);
    await open(page, path);
    expect(errors.console).toEqual([expect.stringContaining('CSSStyleSheet is not a constructor')]);
    await expect(screen(page).ui).toHaveCount(0);
    await fill(page);
    await page.clock.fastForward(5000);
    await site.stop();
    await submit(page);
    await page.locator('form[data-resilient-state="queued"]').waitFor();
    await comeBack(page, site);
    await site.whenEffects(1);

    await page.goto(path);
    await page.getByLabel('title').fill('One lamp');
    await submit(page);
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(2);
  },
);

test(
  'a browser without popovers has the interface in the page itself',
  { tag: '@H05' },
  async ({ page, site }) => {
    const errors = await watchErrors(page);
    await page.addInitScript(() => {
      for (const name of ['popover', 'showPopover', 'hidePopover']) {
        delete (HTMLElement.prototype as unknown as Record<string, unknown>)[name];
      }
    });
    orderPage(site, path);
    await open(page, path);
    await fill(page);
    await page.reload();
    await screen(page).toast('is back').getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByLabel('title')).toHaveValue('');
    expect(errors.console).toEqual([]);
  },
);
