import type { Page } from '@playwright/test';
import { createBrowserOpener } from '../support/browser.js';
import { ADD, chooseAuthor, click, detailOf } from './admin-book.js';
import { enter, makeBook, open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, untilState } from './admin-world.js';

/* What the admin's own scripts put into its fields, mostly without an event. */

const toast = (page: Page, text: string) => page.locator('resilient-ui .toast').filter({ hasText: text });

const values = (page: Page, ...ids: string[]) =>
  Promise.all(ids.map((id) => page.locator(`#${id}`).inputValue()));

/** Stored, as another page finds it: the draft has all of these fields. */
const untilStored = (page: Page, names: string[]) =>
  expect
    .poll(() =>
      page.evaluate(async () =>
        (await ResilientForms!.instance!.drafts.list()).flatMap(({ fields }) => [...fields]),
      ),
    )
    .toEqual(expect.arrayContaining(names));

const ids = ['id_title', 'id_slug', 'id_published_at_0', 'id_published_at_1', 'id_price'];

async function fillByScripts(page: Page, name: string): Promise<string[]> {
  await page.locator('#id_title').pressSequentially(name);
  await chooseAuthor(page, 'Calvino');
  await page.locator('#id_price').fill('12.50');
  await page.locator('.field-published_at a', { hasText: 'Today' }).click();
  await page.locator('.field-published_at a', { hasText: 'Now' }).click();
  await untilStored(page, ['title', 'slug', 'author', 'price', 'published_at_0', 'published_at_1']);
  const filled = await values(page, ...ids);
  expect(filled.slice(1, 4)).toEqual([
    expect.stringMatching(/^[a-z-]+$/),
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d$/),
  ]);
  return filled;
}

async function expectBack(page: Page, before: string[]): Promise<void> {
  await untilState(page, 'draft');
  await expect.poll(() => values(page, ...ids)).toEqual(before);
  // Select2 renders no option but the chosen one: there is none to choose yet, and that is said.
  await expect(toast(page, 'Could not be put back: Author.')).toBeVisible();
}

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'slug, "Today" and "Now" are back after a reload, the author is said to be missing, and chosen again all is saved',
      {
        tag: ['@D09', '@D18'],
      },
      async ({ page, world }) => {
        await enter(page, world);
        const name = `By scripts ${mode}`;
        const before = await fillByScripts(page, name);
        await page.reload();
        await expectBack(page, before);
        await chooseAuthor(page, 'Calvino');
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        expect(await detailOf(world, name)).toMatchObject({
          author: 'Italo Calvino',
          published: `${before[2]} ${before[3]}`,
        });
      },
    );

    test('the same after a kill of the browser', { tag: '@D05' }, async ({ world }) => {
      const opener = await createBrowserOpener();
      try {
        const first = await opener.open();
        await enter(first.page, world);
        const before = await fillByScripts(first.page, `Killed ${mode}`);
        await first.kill();
        const { page } = await opener.open({ profile: first.profile });
        await enter(page, world);
        await expectBack(page, before);
      } finally {
        await opener.close();
      }
    });

    test(
      'rows that exist come back in their own places, also when one before them is gone; added ones are listed',
      {
        tag: ['@D12', '@D15'],
      },
      async ({ page, world }) => {
        const name = `Rows ${mode}`;
        const id = await makeBook(world, name, 3);
        await enter(page, world, `/admin/shop/book/${id}/change/`);
        await page.locator('#id_chapters-2-title').fill('Third, edited');
        await page.locator('#id_chapters-1-DELETE').check();
        await page.locator('#chapters-group .add-row a').click();
        await page.locator('#id_chapters-3-number').fill('4');
        await page.locator('#id_chapters-3-title').fill('Added');
        await page.locator('#id_chapters-3-title').blur();
        await untilStored(page, [
          'chapters-2-title',
          'chapters-1-DELETE',
          'chapters-3-number',
          'chapters-3-title',
        ]);

        // Somebody else deletes the first: the rows move up by one.
        await world.sql('delete from shop_chapter where book_id = $1 and number = 1', [id]);
        await open(page, world, `/admin/shop/book/${id}/change/`);
        await expect(toast(page, 'What you typed here is back: 2 fields.')).toBeVisible();
        await expect(toast(page, 'Could not be put back')).toBeVisible();
        expect(await values(page, 'id_chapters-0-title', 'id_chapters-1-title')).toEqual([
          `${name}, part 2`,
          'Third, edited',
        ]);
        await expect(page.locator('#id_chapters-0-DELETE')).toBeChecked();
        await expect(page.locator('#id_chapters-1-DELETE')).not.toBeChecked();
        await expect(page.locator('#id_chapters-2-title')).toHaveCount(0);

        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        expect((await countOf(world, name)).chapters).toBe(1);
        expect((await detailOf(world, name))?.chapters).toBe('3 Third, edited');
        await open(page, world, ADD);
        await expect(page.locator('resilient-ui .toast')).toHaveCount(0);
      },
    );
  });
}
