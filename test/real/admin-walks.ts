import type { Page } from '@playwright/test';
import type { World } from './admin-world.js';
import { fillBook } from './admin-book.js';
import { makeBook, open } from './admin-pages.js';

/** Something people do in an admin, ending on the page that tells what was done. */
export interface Walk {
  title: string;
  tag: string[];
  /** `pause` comes before each submission. */
  go(page: Page, world: World, pause: () => Promise<unknown>): Promise<void>;
}

const BOOKS = '/admin/shop/book/';

const cover = (bytes: number) => ({
  name: 'cover "1".png',
  mimeType: 'image/png',
  buffer: Buffer.from(Array.from({ length: bytes }, (_, index) => index % 256)),
});

/** The answer to a click on this is another page. */
async function submit(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.locator(selector).click()]);
}

async function selectRow(page: Page, title: string): Promise<void> {
  await page.getByRole('row', { name: title }).locator('.action-select').check();
}

async function choose(page: Page, action: string): Promise<void> {
  await page.locator('select[name=action]').selectOption(action);
}

/** Each with books of its own, so that one does not depend on another. */
export const walks: Walk[] = [
  {
    title: 'adding a book with a file, chapters, tags and a date',
    tag: ['@H01', '@O05'],
    async go(page, world, pause) {
      await open(page, world, `${BOOKS}add/`);
      await fillBook(page, 'Walk of Adding');
      await page.locator('#id_summary').fill('Two lines,\nand “quotes” & ümläute');
      await page.locator('#id_cover').setInputFiles(cover(3000));
      await pause();
      await submit(page, '[name=_save]');
    },
  },
  {
    title: 'adding an author and another, without a file',
    tag: ['@H01'],
    async go(page, world, pause) {
      await open(page, world, '/admin/shop/author/add/');
      await page.getByLabel('Name').fill('Walk of Authors');
      await pause();
      await submit(page, '[name=_addanother]');
    },
  },
  {
    title: 'changing a book and its chapters, and going on',
    tag: ['@H01', '@O06'],
    async go(page, world, pause) {
      const id = await makeBook(world, 'Walk of Changing', 2);
      await open(page, world, `${BOOKS}${id}/change/`);
      await page.locator('#id_stock').fill('17');
      await page.locator('#id_chapters-1-title').fill('Changed');
      await page.locator('#id_chapters-0-DELETE').check();
      await pause();
      await submit(page, '[name=_continue]');
    },
  },
  {
    title: 'deleting a book',
    tag: ['@H01'],
    async go(page, world, pause) {
      const id = await makeBook(world, 'Walk of Deleting', 1);
      await open(page, world, `${BOOKS}${id}/delete/`);
      await pause();
      await submit(page, '[type=submit]');
    },
  },
  {
    title: 'an action on selected books',
    tag: ['@H01', '@H04'],
    async go(page, world, pause) {
      await makeBook(world, 'Walk of Actions 1');
      await makeBook(world, 'Walk of Actions 2');
      await open(page, world, `${BOOKS}?q=Walk+of+Actions`);
      await page.locator('#action-toggle').check();
      await choose(page, 'feature');
      await pause();
      await submit(page, '[name=index][type=submit]');
    },
  },
  {
    title: 'deleting selected books, by way of the question',
    tag: ['@H01', '@H04'],
    async go(page, world, pause) {
      await makeBook(world, 'Walk of Selections 1', 2);
      await makeBook(world, 'Walk of Selections 2');
      await open(page, world, `${BOOKS}?q=Walk+of+Selections`);
      await selectRow(page, 'Walk of Selections 1');
      await selectRow(page, 'Walk of Selections 2');
      await choose(page, 'delete_selected');
      await pause();
      await submit(page, '[name=index][type=submit]');
      await pause();
      await submit(page, 'form [type=submit]');
    },
  },
  {
    title: 'editing in the list',
    tag: ['@H01', '@H04'],
    async go(page, world, pause) {
      await makeBook(world, 'Walk of Lists 1');
      await makeBook(world, 'Walk of Lists 2');
      await open(page, world, `${BOOKS}?q=Walk+of+Lists`);
      await page.locator('#id_form-0-stock').fill('31');
      await page.locator('#id_form-1-featured').check();
      await pause();
      await submit(page, '[name=_save]');
    },
  },
];
