import { htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { formMarkup, scriptTag } from '../support/markup.js';

test(
  'back out of the back/forward cache: the page as it was left, and its next submission is another one',
  { tag: ['@H01', '@H07'] },
  async ({ openBrowser, site }) => {
    const { page } = await openBrowser();
    const script = `<script>addEventListener('pageshow', (event) => (window.wasKept = event.persisted))</script>`;
    site.page('/orders/', htmlPage({ head: scriptTag() + script, body: formMarkup({ fields: ['title'] }) }));
    site.page('/done/', htmlPage({ head: scriptTag(), body: '<h1>Done</h1>' }));
    await page.goto(site.url('/orders/'));
    await page.evaluate('window.before = true');
    for (const [index, title] of ['Lamp', 'Chair'].entries()) {
      await page.locator('form[data-resilient-state]').waitFor();
      await page.getByLabel('title').fill(title);
      await page.locator('form button').click();
      await page.waitForURL('**/done/');
      await page.waitForFunction(
        "ResilientForms.instance && !sessionStorage.getItem('resilient-forms:sent')",
      );
      expect(site.effects).toHaveLength(index + 1);
      // A page that was kept loads nothing, which is what `goBack` would wait for.
      await page.evaluate('history.back()');
      await page.waitForFunction('window.before && window.wasKept');
      await expect(page.getByLabel('title')).toHaveValue(title);
      await page.locator('form:not([data-resilient-state=sending])').waitFor();
    }
    expect(await page.evaluate('ResilientForms.instance.outbox.list()')).toEqual([]);
    expect(await page.locator('resilient-ui .toasts > *').allTextContents()).toEqual([]);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(2);
    expect(site.posts).toHaveLength(2);
  },
);
