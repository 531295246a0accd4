import type { Page } from '@playwright/test';
import { expectFields, listed, untilDraft, untilIdle, untilState } from '../support/drafts.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import { htmlPage } from '../support/answers.js';
import { scriptTag } from '../support/markup.js';

/* Only success clears a draft. */

const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click();

const discardAll = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { outbox } = ResilientForms!.instance!;
    const entries = await outbox.list();
    for (const { id } of entries) await outbox.discard(id);
    return entries.length;
  });

test(
  'submitted without a server, reloaded: the submission has the draft, and gives it back to be edited',
  { tag: '@D01' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title', 'note'], head: scriptTag() });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await untilDraft(page);
    await page.clock.fastForward(5000);
    site.fault('reset-head', { when: ({ path }) => path === '/health/' });
    site.fault('reset-head', { method: 'POST' });
    await save(page);
    await untilState(page, 'queued');
    await expectFields(page, { title: 'Twenty chairs' });
    await page.reload();
    await expectFields(page, { title: '' });
    expect(await listed(page)).toEqual([]);
    await page.getByRole('button', { name: 'Edit' }).click();
    await expectFields(page, { title: 'Twenty chairs' });
    await untilState(page, 'held');
    await page.reload();
    await untilState(page, 'held');
    await expectFields(page, { title: 'Twenty chairs' });
    expect(site.effects).toHaveLength(0);
  },
);

test('a submission given up is a draft again at once', { tag: '@D01' }, async ({ page, site }) => {
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  await untilDraft(page);
  await page.clock.fastForward(5000);
  site.fault('reset-head', { when: ({ path }) => path === '/health/' });
  await save(page);
  await untilState(page, 'queued');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
  expect(await discardAll(page)).toBe(1);
  await expectFields(page, { title: 'Twenty chairs' });
  await untilDraft(page);
});

for (const delivery of ['native', 'fetch']) {
  test(
    `an answer of 500 to a ${delivery} submission keeps what was typed`,
    { tag: '@D01' },
    async ({ page, site }) => {
      const attributes = `data-resilient data-resilient-delivery="${delivery}"`;
      site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
      site.fault(
        { status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>Oops</h1>' },
        { method: 'POST' },
      );
      await page.goto('/orders/');
      await page.getByLabel('title').fill('Twenty chairs');
      await save(page);
      await site.whenPosts(1);
      if (delivery === 'native') await page.getByText('Oops').waitFor();
      await page.goto('/orders/');
      await page.waitForFunction(async () => (await ResilientForms!.instance!.outbox.list()).length === 1);
      expect(await storageDump(page)).toContain('Twenty chairs');
      expect(await discardAll(page)).toBe(1);
      await page.reload();
      await untilDraft(page);
      await expectFields(page, { title: 'Twenty chairs' });
      expect(site.effects).toHaveLength(0);
    },
  );
}

test(
  'typed and submitted at once, and the POST dies: the last keystroke is there',
  { tag: ['@D03', '@D01'] },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.fault('reset-head', { method: 'POST' });
    await page.goto('/orders/');
    await untilIdle(page);
    const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
    await page.getByLabel('title').focus();
    // Enter comes well before anything typed is saved by itself.
    await page.keyboard.type('Twenty chair');
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await failed;
    await page.waitForURL('chrome-error://**');
    await page.goto('/orders/');
    await page.waitForFunction(async () => (await ResilientForms!.instance!.outbox.list()).length === 1);
    await discardAll(page);
    await page.reload();
    await untilDraft(page);
    await expectFields(page, { title: 'Twenty chairs' });
  },
);

test(
  'a form with a password goes without an entry: when its POST dies, the rest is still a draft',
  { tag: ['@D03', '@D01'] },
  async ({ page, site }) => {
    const password = '<input type="password" name="pin"><button>Save</button>';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), buttons: password });
    site.fault('reset-head', { method: 'POST' });
    await page.goto('/orders/');
    await untilIdle(page);
    await page.locator('[name=pin]').fill('Hush hush');
    const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
    await page.getByLabel('title').focus();
    await page.keyboard.type('Twenty chairs');
    await page.keyboard.press('Enter');
    await failed;
    await page.waitForURL('chrome-error://**');
    await page.goto('/orders/');
    await untilDraft(page);
    await expectFields(page, { title: 'Twenty chairs' });
    expect(await storageDump(page)).not.toContain('Hush');
  },
);

test(
  'acknowledged: nothing of it is left, and a blank form offers nothing',
  { tag: ['@D01', '@D11'] },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.page('/done/', htmlPage({ head: scriptTag() }));
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await save(page);
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
    await expect.poll(() => storageDump(page)).not.toContain('Twenty chairs');
    await page.goto('/orders/');
    await untilIdle(page);
    expect(await listed(page)).toEqual([]);
    await expectFields(page, { title: '' });
  },
);
