import { expectFields, untilDraft, untilIdle } from '../support/drafts.js';
import { expect, storageDump, tabKill, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

test(
  'typed and the tab closed at once: a new tab has it',
  { tag: '@D05' },
  async ({ page, site, context }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.goto('/orders/');
    await untilIdle(page);
    // No clock can pass for a quarter of a second without a save: the tab is gone before that.
    await page.getByLabel('title').fill('Twenty chairs');
    await page.close({ runBeforeUnload: false });
    const next = await context.newPage();
    await next.goto('/orders/');
    await untilDraft(next);
    await expectFields(next, { title: 'Twenty chairs' });
    // It is in the database by now, and the journal is not needed any more.
    await expect.poll(() => next.evaluate(() => Object.keys(localStorage))).toEqual([]);
    expect(await storageDump(next)).toContain('Twenty chairs');
  },
);

test('typed and reloaded in the same moment: it is there', { tag: '@D05' }, async ({ page, site }) => {
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  await page.goto('/orders/');
  await untilIdle(page);
  await page.getByLabel('title').fill('Twenty chairs');
  await page.reload();
  await untilDraft(page);
  await expectFields(page, { title: 'Twenty chairs' });
});

test(
  'the tab crashes once the draft is stored: it is there',
  { tag: '@D05' },
  async ({ page, site, context }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await untilDraft(page);
    await tabKill(page);
    const next = await context.newPage();
    await next.goto('/orders/');
    await untilDraft(next);
    await expectFields(next, { title: 'Twenty chairs' });
  },
);

test(
  'the browser is killed once the draft is stored: it is on disk',
  { tag: '@D05' },
  async ({ site, openBrowser }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const first = await openBrowser();
    await first.page.goto(site.url('/orders/'));
    await first.page.getByLabel('title').pressSequentially('Twenty chairs');
    // Said only after the transaction, and that is what the kill puts to the test.
    await untilDraft(first.page);
    await first.kill();
    const second = await openBrowser({ profile: first.profile });
    await second.page.goto(site.url('/orders/'));
    await untilDraft(second.page);
    await expectFields(second.page, { title: 'Twenty chairs' });
  },
);
