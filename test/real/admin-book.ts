import { expect, type Page } from '@playwright/test';
import { untilState, type World } from './admin-world.js';

export const ADD = '/admin/shop/book/add/';

/** The buttons of the admin's submit row, by their names. */
export type Button = '_save' | '_continue' | '_addanother';
export const click = (page: Page, button: Button = '_save'): Promise<void> =>
  page.locator(`input[name="${button}"]`).click();

/** The add form, looked after by the SDK. */
export async function openAdd(page: Page, world: World): Promise<void> {
  await page.goto(`${world.origin}${ADD}`);
  await untilState(page, 'idle');
  // Select2 and the rows of the formsets come by the admin's own scripts.
  await page.waitForSelector('.select2-selection');
  await page.waitForSelector('#chapters-group .add-row a');
}

/** Fills in what a book needs. */
export async function fillPlain(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title:', { exact: true }).first().fill(title);
  await chooseAuthor(page, 'Calvino');
}

/** Everything the form can ask: Select2, split date and time, two tags, three chapters by the page's own link. */
export async function fillBook(page: Page, title: string): Promise<void> {
  await fillPlain(page, title);
  await page.locator('#id_published_at_0').fill('2026-03-04');
  await page.locator('#id_published_at_1').fill('05:06:07');
  for (const tag of ['classic', 'fantasy']) {
    await page.locator('#id_tags_from').selectOption({ label: tag });
    await page.locator('#id_tags_add_link').click();
  }
  for (const number of [1, 2, 3]) {
    await page.locator('#chapters-group .add-row a').click();
    await page.locator(`#id_chapters-${number - 1}-number`).fill(String(number));
    await page.locator(`#id_chapters-${number - 1}-title`).fill(`${title}, part ${number}`);
  }
}

export async function chooseAuthor(page: Page, part: string): Promise<void> {
  await page.locator('.field-author .select2-selection').click();
  // A connection to PostgreSQL that rested since the outage of a test before fails its first question (Django 3.2).
  await expect(async () => {
    await page.locator('.select2-search__field').fill('');
    await page.locator('.select2-search__field').fill(part);
    await page.locator('.select2-results__option', { hasText: part }).click({ timeout: 3000 });
  }).toPass();
}

/** Submits when no answer from before the outage is young enough to send on; resolves when the outbox has it. */
export async function queue(page: Page, outage: () => Promise<unknown>, button?: Button): Promise<void> {
  await outage();
  const begun = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() > since + 2100, begun);
  await click(page, button);
  await untilState(page, 'queued');
}

/** Clicks, and the browser gets no answer to what it sends: its error page stands in the place of the form. */
export async function clickIntoTheVoid(page: Page, button?: Button): Promise<void> {
  const failed = page.waitForEvent(
    'requestfailed',
    (request) => request.isNavigationRequest() && request.method() === 'POST',
  );
  await click(page, button);
  await failed;
  await expect(async () => {
    expect(await page.evaluate(() => location.protocol)).toBe('chrome-error:');
  }).toPass();
}

/** What the database has of the book beside itself. */
export async function detailOf(world: World, title: string) {
  const [row] = await world.sql<{ author: string; tags: string; chapters: string; published: string }>(
    `select author.name as author, to_char(published_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as published,
       (select string_agg(tag.name, ',' order by tag.name) from shop_tag tag
         join shop_book_tags through on through.tag_id = tag.id where through.book_id = book.id) as tags,
       (select string_agg(chapter.number || ' ' || chapter.title, ',' order by number)
         from shop_chapter chapter where chapter.book_id = book.id) as chapters
     from shop_book book join shop_author author on author.id = book.author_id where book.title = $1`,
    [title],
  );
  return row;
}

/** As `fillBook` filled it in. */
export const filled = (title: string) => ({
  author: 'Italo Calvino',
  published: '2026-03-04 05:06:07',
  tags: 'classic,fantasy',
  chapters: [1, 2, 3].map((number) => `${number} ${title}, part ${number}`).join(','),
});

/** Of whom, and as what, the admin's log knows the saves of this book. */
export const loggedBy = (world: World, title: string): Promise<{ user: string; flag: number }[]> =>
  world.sql(
    `select person.username as user, log.action_flag as flag from django_admin_log log
       join auth_user person on person.id = log.user_id
       join django_content_type type on type.id = log.content_type_id
      where type.model = 'book' and log.object_repr = $1 order by log.id`,
    [title],
  );

/** The admin's own messages on this page. */
export const flashes = (page: Page): Promise<string[]> => page.locator('ul.messagelist li').allInnerTexts();

export async function expectNothingWaits(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(async () => (await ResilientForms!.instance!.outbox.list()).length))
    .toBe(0);
}
