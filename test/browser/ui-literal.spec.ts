import { escapeHtml, html, htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { comeBack, open, orderPage, queue, screen } from '../support/screens.js';

const attack = '<img src=x onerror="window.hit=1">';
const path = '/orders/';

test(
  'what comes from the page or the server is text, never markup',
  { tag: '@U07' },
  async ({ page, site }) => {
    orderPage(site, path, { title: escapeHtml(attack) });
    site.on('POST', path, () => html(htmlPage({ title: escapeHtml(attack), body: attack }), 422));
    await open(page, path);
    await queue(page, site);
    await screen(page).indicator.click();
    await expect(screen(page).rows.locator('.title')).toHaveText(attack);
    await comeBack(page, site);
    await expect(screen(page).toast('Not accepted')).toContainText(`“${attack}”`);
    await expect(screen(page).live.filter({ hasText: `“${attack}”` })).toHaveCount(1);
    await expect(screen(page).ui.locator('img')).toHaveCount(0);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  },
);

test('the name of a field that could not be put back is text', { tag: '@U07' }, async ({ page, site }) => {
  const label = `<p><label for="gone">${escapeHtml(attack)}</label> <input id="gone" name="gone"></p>`;
  orderPage(site, path, { hidden: label });
  await open(page, path);
  await page.locator('#gone').fill('Twenty');
  await page.getByLabel('title').fill('Twenty chairs');
  await page.locator('form[data-resilient-state="draft"]').waitFor();
  const select = `<p><label for="gone">${escapeHtml(attack)}</label> <select id="gone" name="gone"><option>1</select></p>`;
  orderPage(site, path, { hidden: select });
  await page.reload();
  await expect(screen(page).toast('Could not be put back')).toContainText(attack);
  await expect(screen(page).ui.locator('img')).toHaveCount(0);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});
