import { ADD, click, expectNothingWaits, fillPlain } from './admin-book.js';
import { enter, open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, untilState } from './admin-world.js';

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'an author added in a pop-up is the author of the book, and nobody is asked about either',
      {
        tag: ['@H01', '@O18'],
      },
      async ({ page, world }) => {
        const name = `Popped up ${mode}`;
        await enter(page, world);
        await fillPlain(page, name);
        const [popup] = await Promise.all([
          page.waitForEvent('popup'),
          page.locator('#add_id_author').click(),
        ]);
        await untilState(popup, 'idle');
        await popup.getByLabel('Name').fill(`Author of ${mode}`);
        await Promise.all([popup.waitForEvent('close'), popup.locator('[name=_save]').click()]);
        await expect(page.locator('.field-author .select2-selection__rendered')).toContainText(
          `Author of ${mode}`,
        );

        expect(await page.evaluate("sessionStorage.getItem('resilient-forms:sent')")).toBeNull();
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        expect(await countOf(world, name)).toEqual({ books: 1, chapters: 0, reviews: 0, logged: 1 });
        const authors = await world.sql('select id from shop_author where name = $1', [`Author of ${mode}`]);
        expect(authors).toHaveLength(1);

        // Longer than the browser's own submission may be under way.
        await page.clock.install();
        await open(page, world, ADD);
        await page.clock.fastForward(90_000);
        await expectNothingWaits(page);
        await expect(page.locator('resilient-ui .toast')).toHaveCount(0);
        const [again] = await Promise.all([
          page.waitForEvent('popup'),
          page.locator('#add_id_author').click(),
        ]);
        await untilState(again, 'idle');
        await expect(again.getByLabel('Name')).toHaveValue('');
        await expect(again.locator('resilient-ui .toast')).toHaveCount(0);
      },
    );
  });
}
