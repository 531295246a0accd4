import { htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, lose } from '../support/outbox.js';

const buttons = ['_save', '_continue', '_addanother']
  .map((name) => `<input type="submit" name="${name}" value="Save ${name}">`)
  .join('');

for (const name of ['_save', '_continue', '_addanother']) {
  for (const way of ['natively', 'replayed'] as const) {
    test(
      `of Django’s buttons, ${name} arrives as clicked, ${way}`,
      { tag: '@O06' },
      async ({ page, site }) => {
        site.form('/admin/', { fields: ['title'], head: scriptTag(), buttons });
        site.page('/done/', htmlPage({ head: scriptTag() }));
        if (way === 'replayed') await page.clock.install();
        await page.goto('/admin/');
        await page.getByLabel('title').fill('Chair');
        if (way === 'replayed') await lose(page, site);
        await page.locator(`[name=${name}]`).click();
        if (way === 'replayed') {
          await page.waitForSelector(formIs('queued'));
          await site.start();
          await check(page);
        } else {
          await page.waitForURL('**/done/');
        }
        await site.whenEffects(1);
        await expect.poll(() => entriesOf(page)).toEqual([]);
        expect(site.effects.map(({ fields }) => fields)).toEqual([
          [
            ['title', 'Chair'],
            [name, `Save ${name}`],
          ],
        ]);
      },
    );
  }
}
