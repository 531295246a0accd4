import { countEvents, expectFields, listed, untilDraft } from '../support/drafts.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import { html, htmlPage } from '../support/answers.js';
import { formMarkup, scriptTag } from '../support/markup.js';
import type { SiteRequest } from '../support/types.js';

/* The server shows the form again with its complaints: that is newer than any draft. */

const fields = ['title', 'amount'];
const validate = (request: SiteRequest): Record<string, string> =>
  /^\d+$/.test(request.text('amount')) ? {} : { amount: 'Enter a whole number.' };

for (const [title, form] of [
  ['at its own address', {}],
  ['with status 422', { invalidStatus: 422 }],
  ['at the address it posts to', { action: '/orders/create/' }],
] as const) {
  test(
    `a form shown again ${title}: no prompt, and what it shows is the draft`,
    { tag: ['@D02', '@D01'] },
    async ({ page, site }) => {
      site.form('/orders/add/', { fields, head: scriptTag(), validate, ...form });
      const restored = await countEvents(page, 'draft:restored');
      const conflicts = await countEvents(page, 'draft:conflict');
      await page.goto('/orders/add/');
      await page.getByLabel('title').fill('Chairs');
      await page.getByLabel('amount').fill('many');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByText('Enter a whole number.')).toBeVisible();
      await untilDraft(page);
      await expectFields(page, { title: 'Chairs', amount: 'many' });
      expect([restored(), conflicts()]).toEqual([0, 0]);

      await page.goto('/orders/add/');
      await untilDraft(page);
      await expectFields(page, { title: 'Chairs', amount: 'many' });
      expect([restored(), conflicts()]).toEqual([1, 0]);
      expect(await listed(page)).toEqual([['amount', 'title']]);
    },
  );
}

test(
  'corrected where it was shown again, refused once more and then taken: one draft all along, and none after',
  { tag: ['@D02', '@D11'] },
  async ({ page, site }) => {
    site.form('/orders/add/', { fields, head: scriptTag(), validate, action: '/orders/create/' });
    site.page('/done/', htmlPage({ head: scriptTag() }));
    await page.goto('/orders/add/');
    await page.getByLabel('title').fill('Chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/orders/create/');
    for (const amount of ['many', 'lots']) {
      await untilDraft(page);
      await page.getByLabel('amount').fill(amount);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForSelector(`input[name=amount][value=${amount}]`);
      await untilDraft(page);
      expect(await listed(page)).toEqual([['amount', 'title']]);
    }
    await page.getByLabel('title').fill('Tables');
    await page.getByLabel('amount').fill('4');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
    await expect.poll(() => storageDump(page)).not.toContain('Tables');
    await page.goto('/orders/add/');
    await expect.poll(() => listed(page)).toEqual([]);
    await expectFields(page, { title: '', amount: '' });
  },
);

test('what the server made of the input is the newest', { tag: '@D02' }, async ({ page, site }) => {
  const render = (values: Record<string, string>, errors: Record<string, string> = {}) =>
    htmlPage({ head: scriptTag(), body: formMarkup({ fields, values, errors }) });
  site.page('/orders/', render({ title: 'Order' }));
  site.on('POST', '/orders/', (request) =>
    html(render({ title: request.text('title').trim().toUpperCase(), amount: '' }, validate(request))),
  );
  await page.goto('/orders/');
  await page.getByLabel('title').fill(' chairs ');
  await page.getByLabel('amount').fill('many');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter a whole number.')).toBeVisible();
  await untilDraft(page);
  await expectFields(page, { title: 'CHAIRS', amount: '' });
  await page.goto('/orders/');
  await untilDraft(page);
  await expectFields(page, { title: 'CHAIRS', amount: '' });
  // The server emptied it, as it was before: no edit is left of it.
  expect(await listed(page)).toEqual([['title']]);
});

test(
  'sent by fetch and shown again: the returned form takes the place, its values are the draft',
  { tag: ['@D02', '@D01'] },
  async ({ page, site }) => {
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields, head: scriptTag(), validate, attributes, invalidStatus: 422 });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Chairs');
    await page.getByLabel('amount').fill('many');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Enter a whole number.')).toBeVisible();
    await expectFields(page, { title: 'Chairs', amount: 'many' });
    await page.getByLabel('amount').fill('dozens');
    await untilDraft(page);
    await page.reload();
    await untilDraft(page);
    await expectFields(page, { title: 'Chairs', amount: 'dozens' });
    expect(site.effects).toHaveLength(0);
  },
);
