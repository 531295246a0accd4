import type { Page } from '@playwright/test';
import { expectNothingWaits } from './admin-book.js';
import { enter, makeBook, open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { untilStale, untilState, type World } from './admin-world.js';

const LIST = '/admin/shop/book/';
const GO = 'button[name=index]';

const rows = (world: World, like: string) =>
  world.sql<{ title: string; stock: number; featured: boolean }>(
    'select title, stock, featured from shop_book where title like $1 order by title',
    [`${like}%`],
  );

/** Entries of the admin's log about these books, by what was done: 2 changed, 3 deleted. */
const logged = async (world: World, like: string) =>
  (
    await world.sql<{ repr: string; flag: number }>(
      `select log.object_repr as repr, log.action_flag::int as flag from django_admin_log log
         join django_content_type type on type.id = log.content_type_id
        where type.model = 'book' and log.object_repr like $1 order by repr, log.id`,
      [`${like}%`],
    )
  ).map(({ repr, flag }) => `${flag} ${repr}`);

const row = (page: Page, title: string) => page.getByRole('row', { name: title });

/** In a list that shows these books only. */
async function openList(page: Page, world: World, like: string, more = ''): Promise<void> {
  await enter(page, world, `${LIST}?q=${like.replaceAll(' ', '+')}${more}`);
}

async function select(page: Page, action: string, ...titles: string[]): Promise<void> {
  for (const title of titles) await row(page, title).locator('.action-select').check();
  await page.locator('select[name=action]').selectOption(action);
}

/** Queues by a click while Django is dead; resolves when it lives again and nothing waits any more. */
async function outageAt(page: Page, world: World, selector: string): Promise<void> {
  await untilStale(page);
  await world.django.kill();
  await page.locator(selector).click();
  await untilState(page, 'queued');
  await world.django.start();
  await expectNothingWaits(page);
}

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'an action on all books of a list, beside a control named action, changes these alone',
      {
        tag: '@H04',
      },
      async ({ page, world }) => {
        const like = `Acted ${mode}`;
        for (const number of [1, 2, 3]) await makeBook(world, `${like} ${number}`);
        await openList(page, world, like);
        await page.locator('#action-toggle').check();
        await row(page, `${like} 3`).locator('.action-select').uncheck();
        await page.locator('select[name=action]').selectOption('feature');
        await page.locator(GO).click();
        await expect(page.locator('ul.messagelist li')).toHaveText(['2 books are featured now.']);
        expect((await rows(world, like)).map(({ featured }) => featured)).toEqual([true, true, false]);
        await expectNothingWaits(page);
      },
    );

    test(
      'an action chosen while the server is dead is carried out once, on the rows that were ticked',
      {
        tag: '@H04',
      },
      async ({ page, world }) => {
        const like = `Acted later ${mode}`;
        for (const number of [1, 2, 3]) await makeBook(world, `${like} ${number}`);
        await openList(page, world, like);
        await select(page, 'feature', `${like} 1`, `${like} 3`);
        await outageAt(page, world, GO);
        expect((await rows(world, like)).map(({ featured }) => featured)).toEqual([true, false, true]);
      },
    );

    test(
      'what was edited in a list while the server is dead changes those rows, with one log entry each',
      {
        tag: '@H04',
      },
      async ({ page, world }) => {
        const like = `Listed ${mode}`;
        for (const number of [1, 2, 3]) await makeBook(world, `${like} ${number}`);
        await openList(page, world, like);
        await row(page, `${like} 1`).locator('[name$=-stock]').fill('11');
        await row(page, `${like} 3`).locator('[name$=-featured]').check();
        await outageAt(page, world, '[name=_save]');
        expect(await rows(world, like)).toEqual([
          { title: `${like} 1`, stock: 11, featured: false },
          { title: `${like} 2`, stock: 5, featured: false },
          { title: `${like} 3`, stock: 5, featured: true },
        ]);
        expect(await logged(world, like)).toEqual([`2 ${like} 1`, `2 ${like} 3`]);
      },
    );

    test(
      'books confirmed for deletion while the server is dead are deleted, with one log entry each',
      {
        tag: '@H04',
      },
      async ({ page, world }) => {
        const like = `Deleted ${mode}`;
        for (const number of [1, 2, 3]) await makeBook(world, `${like} ${number}`, 1);
        await openList(page, world, like);
        await select(page, 'delete_selected', `${like} 1`, `${like} 2`);
        await page.locator(GO).click();
        await expect(page.getByRole('heading', { name: 'Are you sure?' })).toBeVisible();
        await untilState(page, 'idle');
        await outageAt(page, world, 'form[data-resilient-state] [type=submit]');
        expect((await rows(world, like)).map(({ title }) => title)).toEqual([`${like} 3`]);
        expect(await logged(world, like)).toEqual([`3 ${like} 1`, `3 ${like} 2`]);
      },
    );

    test(
      'a deletion that was asked for while the server is dead deletes nothing: the question was never answered',
      { tag: '@H04' },
      async ({ page, world }) => {
        const like = `Asked ${mode}`;
        await makeBook(world, `${like} 1`);
        await openList(page, world, like);
        await select(page, 'delete_selected', `${like} 1`);
        await outageAt(page, world, GO);
        expect(await rows(world, like)).toHaveLength(1);
        expect(await logged(world, like)).toEqual([]);
      },
    );

    test(
      'a book whose deletion was confirmed while the server is dead is deleted once',
      {
        tag: '@H04',
      },
      async ({ page, world }) => {
        const title = `Gone ${mode}`;
        const id = await makeBook(world, title, 2);
        await enter(page, world, `${LIST}${id}/delete/`);
        await outageAt(page, world, 'form[data-resilient-state] [type=submit]');
        expect(await rows(world, title)).toEqual([]);
        expect(await logged(world, title)).toEqual([`3 ${title}`]);
      },
    );

    test(
      'a list sorted in another way gives each value back to its own book',
      { tag: '@D12' },
      async ({ page, world }) => {
        const like = `Sorted ${mode}`;
        for (const number of [1, 2, 3]) await makeBook(world, `${like} ${number}`);
        await openList(page, world, like);
        const stock = (number: number) => row(page, `${like} ${number}`).locator('[name$=-stock]');
        await stock(1).fill('71');
        await row(page, `${like} 1`).locator('[name$=-featured]').check();
        await stock(3).fill('73');
        await stock(3).blur();
        await untilState(page, 'draft');

        await open(page, world, `${LIST}?q=${like.replaceAll(' ', '+')}&o=-1`);
        await expect(page.locator('[name=form-0-stock]')).toHaveValue('73');
        await expect(stock(3)).toHaveValue('73');
        await expect(stock(2)).toHaveValue('5');
        await expect(stock(1)).toHaveValue('71');
        await expect(row(page, `${like} 1`).locator('[name$=-featured]')).toBeChecked();
        await expect(row(page, `${like} 3`).locator('[name$=-featured]')).not.toBeChecked();

        await page.locator('[name=_save]').click();
        await expect(page.locator('ul.messagelist li')).toHaveText(['2 books were changed successfully.']);
        expect((await rows(world, like)).map(({ stock }) => stock)).toEqual([71, 5, 73]);
      },
    );
  });
}
