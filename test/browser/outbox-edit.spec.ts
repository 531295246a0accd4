import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { entriesOf, formIs } from '../support/outbox.js';
import { open, orderPage, queue, screen } from '../support/screens.js';

const path = '/orders/';

/** A page that is there while nothing can be sent: the health URL and every POST are answered 503. */
async function halfBack(page: Page, site: Site): Promise<void> {
  site.fault({ status: 503 }, { path: /health/ });
  site.fault({ status: 503 }, { method: 'POST' });
  await site.start();
  await page.goto('/other/');
}

async function edit(page: Page): Promise<void> {
  const { indicator, rows } = screen(page);
  await indicator.click();
  await rows.getByRole('button', { name: 'Edit' }).click();
}

const controls = `<input type="hidden" name="token" value="of the page">
<label>Title <input name="title"></label> <label>Again <input name="title" value="second"></label>
<label>Note <textarea name="note"></textarea></label>
<label>Count <input type="number" name="count" value="1"></label>
<label>Day <input type="date" name="day"></label>
<label><input type="checkbox" name="extra" value="a, b"> A</label>
<label><input type="checkbox" name="extra" value="b" checked> B</label>
<label><input type="radio" name="size" value="s" checked> Small</label>
<label><input type="radio" name="size" value="l"> Large</label>
<label>Colour <select name="colour"><option>red<option>blue</select></label>
<label>Rooms <select name="rooms" multiple><option>1<option selected>2<option>3</select></label>
<label>Lists <input type="file" name="lists" multiple></label>
<label>Empty <input type="file" name="empty"></label>
<button name="_save" value="yes">Save</button>`;

test(
  'everything that was submitted is in the form again, told to the page, and goes out as it was',
  { tag: '@O17' },
  async ({ page, site }) => {
    site.proof = 'cookie';
    const attributes = 'data-resilient data-resilient-drafts="off" enctype="multipart/form-data"';
    orderPage(site, path, { fields: [], attributes, buttons: controls });
    for (const there of ['/other/', '/done/']) site.page(there, htmlPage({ head: scriptTag() }));
    await open(page, path);
    const fill = async () => {
      await page.getByLabel('Note').fill('One\nTwo');
      await page.getByLabel('Count').fill('20');
      await page.getByLabel('Day').fill('2026-11-30');
      await page.getByLabel('A', { exact: true }).check();
      await page.getByLabel('B', { exact: true }).uncheck();
      await page.getByLabel('Large').check();
      await page.getByLabel('Colour').selectOption('blue');
      await page.getByLabel('Rooms').selectOption(['1', '3']);
      await page.getByLabel('Again').fill('third');
      const file = (name: string, fill: string) => ({
        name,
        mimeType: 'text/plain',
        buffer: Buffer.alloc(50_000, fill),
      });
      await page.getByLabel('Lists').setInputFiles([file('a.txt', 'chair'), file('ü "b".txt', 'table')]);
    };
    await fill();
    await queue(page, site);
    await halfBack(page, site);
    await page.addInitScript(() => {
      const told = new Set<string>();
      Object.assign(window, { told });
      for (const type of ['input', 'change'])
        addEventListener(type, ({ target }) => void told.add(`${type} ${(target as HTMLInputElement).name}`));
    });
    await edit(page);
    await expect(screen(page).toast('What you submitted is in the form again.')).toBeVisible();
    const told = await page.evaluate(() => [...(window as unknown as { told: Set<string> }).told].toSorted());
    const names = ['colour', 'count', 'day', 'extra', 'lists', 'note', 'rooms', 'size', 'title'];
    expect(told).toEqual(['change', 'input'].flatMap((type) => names.map((name) => `${type} ${name}`)));
    await site.heal();
    await page.clock.fastForward(60_000);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.posts).toHaveLength(1);
    const sent = site.effects[0]!.fields;
    expect(
      sent.map(([name, value]) => [name, typeof value === 'string' ? value : value.bytes.length]),
    ).toEqual([
      ['token', 'of the page'],
      ['title', 'Twenty chairs'],
      ['title', 'third'],
      ['note', 'One\r\nTwo'],
      ['count', '20'],
      ['day', '2026-11-30'],
      ['extra', 'a, b'],
      ['size', 'l'],
      ['colour', 'blue'],
      ['rooms', '1'],
      ['rooms', '3'],
      ['lists', 50_000],
      ['lists', 50_000],
      ['empty', 0],
      ['_save', 'yes'],
    ]);
  },
);

test(
  'what has no place in the form is named, and the submission stays as it was made',
  { tag: '@O17' },
  async ({ page, site }) => {
    site.proof = 'cookie';
    const gone = '<p><label for="gone">Table</label> <input id="gone" name="table"></p>';
    orderPage(site, path, { hidden: gone });
    for (const there of ['/other/', '/done/']) site.page(there, htmlPage({ head: scriptTag() }));
    await open(page, path);
    await page.getByLabel('Table').fill('Round');
    await queue(page, site);
    await halfBack(page, site);
    const other =
      '<p><label for="gone">Table</label> <select id="gone" name="table"><option>Square</select></p>';
    orderPage(site, path, { hidden: other });
    await edit(page);
    await expect(screen(page).toast('Not all of it fits into this form.')).toContainText(
      'Could not be put back: Table.',
    );
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    await site.heal();
    await page.clock.fastForward(60_000);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'held', reason: 'edit' }]);
  },
);

test('a page without the form says so, and nothing is lost', { tag: '@O17' }, async ({ page, site }) => {
  orderPage(site, path);
  site.page('/other/', htmlPage({ head: scriptTag() }));
  await open(page, path);
  await queue(page, site);
  await halfBack(page, site);
  site.page(path, htmlPage({ head: scriptTag(), body: '<h1>Closed</h1>' }));
  await edit(page);
  await page.waitForURL(`**${path}`);
  await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'held', reason: 'edit' }]);
  await page.clock.runFor(6000);
  await expect(screen(page).toast('The form was not found on this page.')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('resilient-forms:edit'))).toBeNull();
});

test(
  'something newer in the form is never overwritten: the person says whether it is the correction',
  { tag: ['@O17', '@O04'] },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    await page.getByLabel('title').fill('Thirty chairs');
    await page.getByLabel('note').fill('In blue');
    await edit(page);
    const newer = screen(page).toast('There is something newer in this form.');
    await expect(newer).toBeVisible();
    await expect(page.getByLabel('title')).toHaveValue('Thirty chairs');
    expect(await entriesOf(page)).toMatchObject([{ state: 'waiting' }]);
    await newer.getByRole('button', { name: 'Yes' }).click();
    await expect(screen(page).toast('What you submitted is in the form again.')).toBeVisible();
    await expect(page.getByLabel('title')).toHaveValue('Thirty chairs');
    expect(await entriesOf(page)).toMatchObject([{ state: 'held', reason: 'edit' }]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector(formIs('queued'));
    expect(await entriesOf(page)).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    await site.start();
    await screen(page).panel.getByRole('button', { name: 'Check now' }).click();
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.effects.map(({ fields }) => fields)).toEqual([
      [
        ['title', 'Thirty chairs'],
        ['note', 'In blue'],
      ],
    ]);
  },
);
