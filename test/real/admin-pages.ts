import type { Page } from '@playwright/test';
import { signIn, type World } from './admin-world.js';

/** Goes to a page of the admin; resolves when its form is looked after and its drafts were looked for. */
export async function open(page: Page, world: World, path: string): Promise<void> {
  await page.goto(world.origin + path);
  if (world.mode === 'off') return;
  await page.locator('form[data-resilient-state]').first().waitFor({ state: 'attached' });
  await page.evaluate(() => ResilientForms!.instance!.drafts.list());
}

/** Signs ada in, and goes to a page of the admin as {@link open} does. */
export async function enter(page: Page, world: World, path = '/admin/shop/book/add/'): Promise<void> {
  await signIn(page, world);
  await open(page, world, path);
}

/** A book made beside Django, with as many chapters; returns its id. */
export async function makeBook(world: World, title: string, chapters = 0): Promise<number> {
  const [row] = await world.sql<{ id: number }>(
    `insert into shop_book (title, slug, author_id, summary, cover, price, stock, featured)
     values ($1::text, lower(regexp_replace($1::text, '[^A-Za-z0-9]+', '-', 'g')), 1, '', '', 7, 5, false) returning id::int`,
    [title],
  );
  for (let number = 1; number <= chapters; number += 1) {
    const values = [row!.id, number, `${title}, part ${number}`];
    await world.sql('insert into shop_chapter (book_id, number, title) values ($1, $2, $3)', values);
  }
  return row!.id;
}
