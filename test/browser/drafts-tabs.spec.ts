import type { Page } from '@playwright/test';
import { expectFields, listed, untilDraft, untilIdle } from '../support/drafts.js';
import { expect, test } from '../support/fixtures.js';
import { htmlPage } from '../support/answers.js';
import { formMarkup, scriptTag } from '../support/markup.js';

const type = async (page: Page, path: string, title: string) => {
  await page.goto(path);
  await page.getByLabel('title').fill(title);
  await untilDraft(page);
};

test('a draft stays with its path, its form and its owner', { tag: '@D12' }, async ({ page, site }) => {
  const form = { fields: ['title'] };
  for (const path of ['/book/1/change/', '/book/2/change/']) {
    site.page(path, (request) => {
      const owner = request.query.get('owner');
      return htmlPage({
        head: scriptTag(owner === null ? {} : { owner }),
        body: formMarkup({ ...form, attributes: `data-resilient="${request.query.get('form') ?? 'book'}"` }),
      });
    });
  }
  await type(page, '/book/1/change/', 'First');
  for (const other of ['/book/2/change/', '/book/1/change/?form=note', '/book/1/change/?owner=anna']) {
    await page.goto(other);
    await untilIdle(page);
    await expectFields(page, { title: '' });
  }
  await type(page, '/book/2/change/', 'Second');
  await type(page, '/book/1/change/?owner=anna', 'Of Anna');
  expect(await listed(page)).toEqual([['title']]);
  await page.goto('/book/1/change/?owner=ben');
  await untilIdle(page);
  expect(await listed(page)).toEqual([]);
  await page.goto('/book/1/change/');
  await untilDraft(page);
  await expectFields(page, { title: 'First' });
  expect(await listed(page)).toHaveLength(2);
});

test(
  'a query parameter belongs to the key when the site says so',
  { tag: '@D12' },
  async ({ page, site }) => {
    const block = `<script type="application/json" id="resilient-forms-config">{"drafts":{"query":["id"]}}</script>`;
    site.page(
      '/edit/',
      htmlPage({ head: `${block}${scriptTag()}`, body: formMarkup({ fields: ['title'] }) }),
    );
    await type(page, '/edit/?id=1&page=3', 'First');
    await page.goto('/edit/?id=2');
    await untilIdle(page);
    await expectFields(page, { title: '' });
    await page.goto('/edit/?page=4&id=1');
    await untilDraft(page);
    await expectFields(page, { title: 'First' });
  },
);

test('two forms alike on one page keep two drafts', { tag: '@D12' }, async ({ page, site }) => {
  const form = formMarkup({ fields: ['title'] });
  site.page('/two/', htmlPage({ head: scriptTag(), body: `${form}${form}` }));
  await page.goto('/two/');
  await page.locator('input').nth(1).fill('Second');
  await untilDraft(page);
  await page.reload();
  await untilDraft(page);
  await expect(page.locator('input[name=title]').nth(0)).toHaveValue('');
  await expect(page.locator('input[name=title]').nth(1)).toHaveValue('Second');
});

test(
  'two tabs on one add form keep two drafts, each its own',
  { tag: '@D11' },
  async ({ page, site, context }) => {
    site.form('/orders/add/', { fields: ['title'], head: scriptTag() });
    const other = await context.newPage();
    await type(page, '/orders/add/', 'Chairs');
    await other.goto('/orders/add/');
    await untilIdle(other);
    await expectFields(other, { title: '' });
    await type(other, '/orders/add/', 'Tables');
    expect(await listed(page)).toHaveLength(2);
    for (const [tab, title] of [
      [page, 'Chairs'],
      [other, 'Tables'],
    ] as const) {
      await tab.reload();
      await untilDraft(tab);
      await expectFields(tab, { title });
    }
    // Closed, its draft is nobody's: the next tab has it.
    await other.close();
    const third = await context.newPage();
    await third.goto('/orders/add/');
    await untilDraft(third);
    await expectFields(third, { title: 'Tables' });
  },
);

test(
  'saved in one tab: its next blank form offers nothing, the other tab’s draft stays',
  { tag: ['@D11', '@D01'] },
  async ({ page, site, context }) => {
    site.form('/orders/add/', { fields: ['title'], head: scriptTag() });
    site.page('/done/', htmlPage({ head: scriptTag() }));
    const other = await context.newPage();
    await type(page, '/orders/add/', 'Chairs');
    await type(other, '/orders/add/', 'Tables');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    await expect.poll(() => listed(page)).toHaveLength(1);
    await page.goto('/orders/add/');
    await untilIdle(page);
    await expectFields(page, { title: '' });
    await other.reload();
    await untilDraft(other);
    await expectFields(other, { title: 'Tables' });
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'the message says how old and how many, and one step takes it back',
  { tag: '@D10' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title', 'note', 'kind'], head: scriptTag() });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Chairs');
    await page.getByLabel('note').fill('Blue');
    await page.clock.fastForward(3000);
    await untilDraft(page);
    await page.goto('/done/');
    await page.clock.fastForward('02:00:00');
    await page.goto('/orders/');
    await untilDraft(page);
    const message = page.getByRole('status').filter({ hasText: 'What you typed here is back: 2 fields.' });
    await expect(message.first()).toContainText('Last saved 2 hours ago.');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectFields(page, { title: '', note: '' });
    await untilIdle(page);
    // Kept and listed, but not put back a second time.
    expect(await listed(page)).toEqual([['note', 'title']]);
    await page.reload();
    await untilIdle(page);
    await expectFields(page, { title: '', note: '' });
  },
);
