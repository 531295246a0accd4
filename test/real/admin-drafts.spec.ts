import type { Page } from '@playwright/test';
import { formIn, listed } from '../support/drafts.js';
import { ADD, click, expectNothingWaits, fillPlain, queue } from './admin-book.js';
import { enter, makeBook, open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, untilState, type World } from './admin-world.js';

const toasts = (page: Page) => page.locator('resilient-ui .toast');
const title = (page: Page) => page.locator('#id_title');
const change = (id: number) => `/admin/shop/book/${id}/change/`;

async function type(page: Page, text: string): Promise<void> {
  await title(page).fill(text);
  await untilState(page, 'draft');
}

/** Whether the page offers or restored anything, asked when all of that is over. */
const expectBlank = async (page: Page) => {
  await expect(page.locator(formIn('idle'))).toBeAttached();
  await expect(title(page)).toHaveValue('');
  await expect(toasts(page)).toHaveCount(0);
  expect(await listed(page)).toEqual([]);
};

const stillThere = (world: World, name: string) => countOf(world, name).then(({ books }) => books);

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'what Django shows again with its complaints is the newest: no prompt, and corrected it is one book',
      {
        tag: ['@D02', '@D01'],
      },
      async ({ page, world }) => {
        await makeBook(world, `Taken ${mode}`);
        await enter(page, world);
        const name = `Corrected ${mode}`;
        await fillPlain(page, name);
        await page.locator('#id_slug').fill(`taken-${mode}`);
        await page.locator('#id_published_at_0').fill('no date');
        await page.locator('#chapters-group .add-row a').click();
        await page.locator('#id_chapters-0-number').fill('1');
        await click(page);

        await expect(page.locator('.errornote')).toBeVisible();
        await untilState(page, 'draft');
        await expect(title(page)).toHaveValue(name);
        await expect(page.locator('#id_published_at_0')).toHaveValue('no date');
        await expect(toasts(page)).toHaveCount(0);
        expect(await page.locator('.errorlist').allInnerTexts()).toHaveLength(3);
        expect(await stillThere(world, name)).toBe(0);

        // What stands there now is what a reload of the form's own page brings back.
        await page.locator('#id_slug').fill(`corrected-${mode}`);
        await page.locator('#id_published_at_0').fill('2026-03-04');
        await page.locator('#id_published_at_1').fill('05:06:07');
        await page.locator('#id_chapters-0-title').fill('One');
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        expect(await countOf(world, name)).toEqual({ books: 1, chapters: 1, reviews: 0, logged: 1 });
        await expectNothingWaits(page);
        await open(page, world, ADD);
        await expectBlank(page);
      },
    );

    test(
      'a replayed submission that Django does not accept is held; edited in the form it is one book',
      {
        tag: ['@D02', '@O17'],
      },
      async ({ page, world }) => {
        await makeBook(world, `Held ${mode}`);
        await enter(page, world);
        const name = `Held and mended ${mode}`;
        await fillPlain(page, name);
        await page.locator('#id_slug').fill(`held-${mode}`);
        await queue(page, () => world.django.kill());
        await world.django.start();
        await untilState(page, 'held');
        await expect(toasts(page).filter({ hasText: 'Not accepted by the server.' })).toBeVisible();
        expect(await stillThere(world, name)).toBe(0);

        await page.locator('#id_slug').fill(`mended-${mode}`);
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        expect(await countOf(world, name)).toEqual({ books: 1, chapters: 0, reviews: 0, logged: 1 });
        // Nobody is asked any more about what was corrected.
        await expectNothingWaits(page);
        await open(page, world, ADD);
        await expectBlank(page);
      },
    );

    test('two tabs at one add form keep two drafts', { tag: '@D11' }, async ({ page, context, world }) => {
      await enter(page, world);
      const other = await context.newPage();
      await open(other, world, ADD);
      await type(page, 'In the first tab');
      await type(other, 'In the second tab');
      await page.reload();
      await other.reload();
      await expect(title(page)).toHaveValue('In the first tab');
      await expect(title(other)).toHaveValue('In the second tab');
    });

    test(
      'a book saved in one tab is not overwritten by the draft of another: the person is asked',
      {
        tag: ['@D11', '@D08'],
      },
      async ({ page, context, world }) => {
        const id = await makeBook(world, `Shared ${mode}`);
        await enter(page, world, change(id));
        const other = await context.newPage();
        await open(other, world, change(id));
        await type(other, `Second ${mode}`);
        await type(page, `First ${mode}`);
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        await other.reload();
        await expect(
          toasts(other).filter({ hasText: 'The page changed since you typed here.' }),
        ).toBeVisible();
        await expect(title(other)).toHaveValue(`First ${mode}`);
        await other.getByRole('button', { name: 'Use mine' }).click();
        await expect(title(other)).toHaveValue(`Second ${mode}`);
      },
    );

    test(
      'after saving, a blank add form offers nothing, also after "Save and add another"',
      {
        tag: '@D11',
      },
      async ({ page, world }) => {
        await enter(page, world);
        await fillPlain(page, `Blank ${mode} 1`);
        await untilState(page, 'draft');
        await click(page, '_addanother');
        await expect(page.locator('.messagelist')).toBeVisible();
        await expectBlank(page);
        await fillPlain(page, `Blank ${mode} 2`);
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        await open(page, world, ADD);
        await expectBlank(page);
      },
    );

    test('a draft of one book is never in another', { tag: '@D12' }, async ({ page, world }) => {
      const [one, two] = [await makeBook(world, `One ${mode}`), await makeBook(world, `Two ${mode}`)];
      await enter(page, world, change(one));
      await type(page, `Edited ${mode}`);
      for (const [path, shown] of [
        [change(two), `Two ${mode}`],
        [ADD, ''],
        [change(one), `Edited ${mode}`],
      ] as const) {
        await open(page, world, path);
        await expect(title(page)).toHaveValue(shown);
        await expect(toasts(page)).toHaveCount(path === change(one) ? 1 : 0);
      }
      expect(await stillThere(world, `Edited ${mode}`)).toBe(0);
    });
  });
}
