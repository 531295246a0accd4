import type { Locator, Page } from '@playwright/test';
import { untilDraft, untilState } from '../support/drafts.js';
import { htmlPage } from '../support/answers.js';
import { expect, test, watchErrors } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

const named = (page: Page, name: string): Locator => page.locator(`[name="${name}"]`);

/** What a person does to each control; the browser's own events, none made by hand. */
async function fillIn(page: Page): Promise<void> {
  const texts = [
    'title',
    'note',
    'mail',
    'site',
    'outsider',
    '__proto__',
    'constructor.prototype.x',
    'a[__proto__][x]',
  ];
  for (const name of texts) await named(page, name).fill(`${name}: a, "b"\u{1F600}`);
  await named(page, 'note').fill('one, two\n\n  three "four"\n');
  const shadowing = ['action', 'id', 'elements', 'querySelector', 'querySelectorAll', 'dispatchEvent'];
  shadowing.push('getRootNode', 'isConnected', 'contains', 'closest', 'attributes');
  for (const name of shadowing) await named(page, name).fill(`of ${name}`);
  await named(page, 'amount').fill('-2.5');
  await page.getByLabel('a', { exact: true }).uncheck();
  await page.getByLabel('c,d').check();
  await page.getByLabel('large').check();
  await page.getByLabel('fetch').focus();
  await page.keyboard.press('Space');
  await named(page, 'one').selectOption('Three, with a comma');
  await named(page, 'many').selectOption(['p', 'r,s']);
  await named(page, 'day').fill('2026-01-02');
  await named(page, 'hour').fill('10:11');
  await named(page, 'week').fill('2026-W05');
  await named(page, 'month').fill('2026-07');
  await named(page, 'moment').fill('2026-01-02T03:04');
  await named(page, 'colour').fill('#ff0088');
  await named(page, 'range').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#only-an-id').fill('by its id');
  for (const [index, text] of ['first', 'second'].entries()) {
    await page.locator('[data-nameless]').nth(index).fill(text);
    await named(page, 'twice').nth(index).fill(text);
  }
  await named(page, 'rich').click();
  await page.keyboard.press('End');
  await page.keyboard.type(', you');
  await page.keyboard.press('Enter');
  await page.keyboard.type('<b>not markup</b>');
  await named(page, 'stars').getByRole('button', { name: '3' }).click();
  await named(page, 'inside').locator('input').fill('in the shadow');
}

/** What the form would submit, and what is on screen besides. */
const content = (page: Page) =>
  page.evaluate(() => {
    const form = document.querySelector('form')!;
    return {
      entries: [...new FormData(form)],
      rich: new XMLSerializer().serializeToString(document.querySelector('[name=rich]')!),
      nameless: Array.from(
        document.querySelectorAll<HTMLInputElement>('[data-nameless], #only-an-id'),
        ({ value }) => value,
      ),
    };
  });

test(
  'every kind of control comes back after a reload as it was left',
  { tag: ['@D13', '@D20', '@H04'] },
  async ({ page }) => {
    const errors = await watchErrors(page);
    await page.goto('/pages/controls.html');
    const given = await content(page);
    await fillIn(page);
    const left = await content(page);
    for (const [name, value] of left.entries) {
      // Else the comparison below would compare nothing.
      if (!['tag[]', 'agree', 'none'].includes(name)) expect(given.entries).not.toContainEqual([name, value]);
    }
    await untilDraft(page);
    await page.reload();
    await untilDraft(page);
    expect(await content(page)).toEqual(left);
    expect(await page.evaluate(() => 'x' in {})).toBe(false);
    expect(errors).toEqual({ console: [], violations: [] });
  },
);

test('empty and unchecked are values', { tag: ['@D14', '@D13'] }, async ({ page }) => {
  await page.goto('/pages/controls.html');
  await named(page, 'title').fill('');
  await named(page, 'amount').fill('');
  await named(page, 'note').fill('');
  await page.getByLabel('a', { exact: true }).uncheck();
  await page.getByLabel('agree').uncheck();
  await named(page, 'none').selectOption([]);
  await named(page, 'many').selectOption([]);
  await named(page, 'rich').fill('');
  const left = await content(page);
  await untilDraft(page);
  await page.reload();
  await untilDraft(page);
  expect(await content(page)).toEqual(left);
  expect(left.entries.map(([name]) => name)).not.toContain('agree');
  expect(left.entries).toContainEqual(['title', '']);
});

test('typed and put back as it was: there is no draft', { tag: '@D14' }, async ({ page }) => {
  await page.goto('/pages/controls.html');
  await named(page, 'title').fill('');
  await page.getByLabel('agree').uncheck();
  await untilDraft(page);
  await named(page, 'title').fill('Given');
  await page.getByLabel('agree').check();
  await untilState(page, 'idle');
  expect(await page.evaluate(() => ResilientForms!.instance!.drafts.list())).toEqual([]);
});

test(
  'what is in a disabled fieldset comes back when the page disables it again',
  { tag: '@D13' },
  async ({ page }) => {
    await page.goto('/pages/controls.html');
    const fieldset = page.locator('fieldset');
    await fieldset.evaluate((element) => element.removeAttribute('disabled'));
    await named(page, 'in-fieldset').fill('typed while it was open');
    await untilDraft(page);
    await page.reload();
    await untilDraft(page);
    await expect(fieldset).toHaveAttribute('disabled', '');
    await expect(named(page, 'in-fieldset')).toHaveValue('typed while it was open');
  },
);

test(
  'checkboxes of one name are known by their values, in whatever order they come',
  { tag: '@D13' },
  async ({ page, site }) => {
    const box = (value: string) =>
      `<input type="checkbox" name="tag" value="${value}" aria-label="${value}">`;
    const boxes = [box('red'), box('green'), box('blue')];
    const form = () =>
      htmlPage({ head: scriptTag(), body: `<form method="post" data-resilient>${boxes.join('')}</form>` });
    site.page('/tags/', form);
    await page.goto('/tags/');
    await page.getByLabel('red').check();
    await untilDraft(page);
    boxes.reverse();
    await page.reload();
    await untilDraft(page);
    await expect(page.getByLabel('red')).toBeChecked();
    await expect(page.getByLabel('blue')).not.toBeChecked();
  },
);
