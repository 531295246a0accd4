import type { Page } from '@playwright/test';
import { check, entriesOf, entryOf } from '../support/outbox.js';
import { screen } from '../support/screens.js';
import {
  ADD,
  click,
  clickIntoTheVoid,
  expectNothingWaits,
  fillPlain,
  loggedBy,
  openAdd,
} from './admin-book.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, signIn, untilStale, type World } from './admin-world.js';

const NONE = { books: 0, logged: 0 };
const ONE = { books: 1, logged: 1 };

/** What the next page of the tab is to settle. */
const marker = (page: Page): Promise<string | null> =>
  page.evaluate(() => sessionStorage.getItem('resilient-forms:sent'));

const drafts = (page: Page): Promise<number> =>
  page.evaluate(async () => (await ResilientForms!.instance!.drafts.list()).length);

/** The marker is settled, nothing waits, no draft is left, and nobody was told or asked anything. */
async function expectSettled(page: Page): Promise<void> {
  await expectNothingWaits(page);
  await expect.poll(() => marker(page)).toBeNull();
  expect(await drafts(page)).toBe(0);
  await expect(screen(page).toasts).toHaveCount(0);
}

async function open(page: Page, world: World, title: string): Promise<void> {
  await signIn(page, world);
  await openAdd(page, world);
  await fillPlain(page, title);
}

/** Nobody knows whether it arrived: sent again under its key where the server de-duplicates, else the person is asked. */
async function expectDoubt(page: Page, world: World, title: string, rows: typeof ONE): Promise<void> {
  if (world.mode === 'full') {
    await expectNothingWaits(page);
    expect(await countOf(world, title)).toMatchObject(ONE);
  } else {
    await expect(screen(page).toast('It is not known whether this arrived')).toHaveCount(1);
    expect(await entryOf(page)).toMatchObject({ state: 'held', reason: 'unknown' });
    expect(await countOf(world, title)).toMatchObject(rows);
  }
}

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test('a healthy save is settled by the page it leads to', { tag: '@O18' }, async ({ page, world }) => {
      const title = 'Settled';
      await open(page, world, title);
      await click(page);
      await page.waitForURL('**/admin/shop/book/');
      await expectSettled(page);
      expect(await countOf(world, title)).toMatchObject(ONE);
    });

    test('a form shown again is the person’s: nothing waits', { tag: '@O18' }, async ({ page, world }) => {
      const title = 'Corrected';
      await open(page, world, title);
      await page.locator('#id_slug').fill('');
      await click(page);
      await page.waitForSelector('.errornote');
      await expectNothingWaits(page);
      await expect.poll(() => marker(page)).toBeNull();
      await expect(screen(page).toasts).toHaveCount(0);
      expect(await countOf(world, title)).toMatchObject(NONE);

      await page.locator('#id_slug').fill('corrected');
      await click(page);
      await page.waitForURL('**/admin/shop/book/');
      await expectSettled(page);
      expect(await countOf(world, title)).toMatchObject(ONE);
    });

    test(
      'a save that ends at the sign-in page is sent once after it',
      { tag: ['@O18', '@O07'] },
      async ({ page, world }) => {
        const title = 'Through the sign-in page';
        await open(page, world, title);
        await world.sql('delete from django_session');
        await click(page);
        await page.waitForURL('**/admin/login/**');
        expect(await countOf(world, title)).toMatchObject(NONE);
        await page.getByLabel('Username').fill('ada');
        await page.getByLabel('Password').fill('admin');
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.waitForURL(`**${ADD}`);
        await expectNothingWaits(page);
        await expect.poll(() => countOf(world, title)).toMatchObject(ONE);
        expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
      },
    );

    test(
      'after the browser’s error page, Back leads to the truth: it never arrived',
      { tag: '@O18' },
      async ({ page, world }) => {
        const title = 'Refused and back';
        await open(page, world, title);
        await saveUnasked(page, world);
        await world.fault('none');
        await page.goBack();
        await expectDoubt(page, world, title, NONE);
        if (mode === 'full') return;
        await page.getByRole('button', { name: 'Send again' }).first().click();
        await expectNothingWaits(page);
        expect(await countOf(world, title)).toMatchObject(ONE);
      },
    );

    test(
      'after the browser’s error page, Back leads to the truth: it arrived',
      { tag: '@O18' },
      async ({ page, world }) => {
        const title = 'Dropped and back';
        await open(page, world, title);
        await untilStale(page);
        await world.fault('drop');
        await clickIntoTheVoid(page);
        await world.fault('none');
        await page.goBack();
        await expectDoubt(page, world, title, ONE);
      },
    );

    test(
      'a reload of the browser’s error page is the submission itself',
      { tag: '@O18' },
      async ({ page, world }) => {
        const title = 'Refused and reloaded';
        await open(page, world, title);
        await saveUnasked(page, world);
        await world.fault('none');
        await page.reload();
        await page.waitForURL('**/admin/shop/book/');
        await expectSettled(page);
        expect(await countOf(world, title)).toMatchObject(ONE);
      },
    );

    test(
      'of a tab closed on the error page, the next tab takes care',
      { tag: '@O18' },
      async ({ page, context, world }) => {
        const title = 'Dropped and closed';
        await open(page, world, title);
        await untilStale(page);
        await world.fault('drop');
        await clickIntoTheVoid(page);
        await page.close();
        await world.fault('none');
        const next = await context.newPage();
        await next.clock.install();
        await next.goto(`${world.origin}/admin/`);
        await expect.poll(async () => (await entriesOf(next)).length).toBe(1);
        // As long as the browser may still be sending it, nobody else does.
        await next.clock.fastForward(61_000);
        await expectDoubt(next, world, title, ONE);
      },
    );

    test(
      'on a page that sends no referrer, only the server’s proof tells',
      { tag: '@O18' },
      async ({ page, world }) => {
        const title = 'Without a referrer';
        await open(page, world, title);
        await page.evaluate(() => {
          const policy = document.createElement('meta');
          policy.name = 'referrer';
          policy.content = 'no-referrer';
          document.head.append(policy);
        });
        await click(page);
        await page.waitForURL('**/admin/shop/book/');
        if (mode === 'full') await expectSettled(page);
        await expectDoubt(page, world, title, ONE);
      },
    );
  });
}

/** What the page knows of the server is young, so the browser sends without asking, and nobody is there. */
async function saveUnasked(page: Page, world: World): Promise<void> {
  await check(page);
  await world.fault('refuse');
  await clickIntoTheVoid(page);
}
