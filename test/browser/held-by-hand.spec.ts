import type { Page } from '@playwright/test';
import { htmlPage, json } from '../support/answers.js';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { entriesOf } from '../support/outbox.js';
import { comeBack, open, orderPage, queue, screen } from '../support/screens.js';

const path = '/orders/';

/** The only row, and its buttons, in the panel. */
const openPanel = async (page: Page) => {
  const { indicator, panel, rows } = screen(page);
  if (await panel.isHidden()) await indicator.click();
  await expect(rows).toHaveCount(1);
  return { row: rows, press: (name: string) => rows.getByRole('button', { name, exact: true }).click() };
};

/** Long after anything would have been sent by itself. */
async function nothingMore(page: Page, site: Site): Promise<void> {
  const before = site.posts.length;
  await page.clock.fastForward(400_000);
  const probes = site.probes.length;
  await screen(page).panel.getByRole('button', { name: 'Check now' }).click();
  await site.whenProbes(probes + 1);
  await expect(screen(page).panel).toContainText('Connected');
  expect(site.posts).toHaveLength(before);
}

const sentOnce = async (page: Page, site: Site, ...fields: [string, string][]): Promise<void> => {
  await site.whenEffects(1);
  await expect.poll(() => entriesOf(page)).toEqual([]);
  expect(site.effects).toHaveLength(1);
  expect(site.effects[0]!.fields).toEqual(expect.arrayContaining(fields));
};

test('held for a sign-in: signed in in a new tab, it goes out', { tag: '@O17' }, async ({ page, site }) => {
  orderPage(site, path, { options: { owner: 'anna' } });
  await open(page, path);
  await queue(page, site);
  site.signIn = 'required';
  await comeBack(page, site);
  const { row } = await openPanel(page);
  await expect(row).toContainText('Sign in to send what is waiting. It goes on waiting until then.');
  expect(site.effects).toHaveLength(0);
  const opened = page.waitForEvent('popup');
  await screen(page).toast('Sign in to send').getByRole('link').click();
  const other = await opened;
  await other.getByLabel('User').fill('anna');
  site.page('/done/', htmlPage({ head: scriptTag({ owner: 'anna' }) }));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await sentOnce(page, site, ['title', 'Twenty chairs']);
});

test(
  'rejected: the server says why, it is edited on its own page, and the corrected one takes its place',
  { tag: ['@O17', '@O10'] },
  async ({ page, site }) => {
    site.proof = 'cookie';
    site.form(path, {
      fields: ['title', 'note'],
      head: scriptTag(),
      validate: (request) =>
        request.text('title').length > 10 ? { title: 'At most ten <b>chairs</b>.' } : {},
      invalidStatus: 422,
    });
    site.page('/other/', htmlPage({ head: scriptTag() }));
    await open(page, path);
    await page.getByLabel('note').fill('For the garden');
    await queue(page, site);
    await comeBack(page, site);
    await page.locator('form[data-resilient-state="held"]').waitFor();
    await page.goto('/other/');
    const { row, press } = await openPanel(page);
    await expect(row).toContainText('Not accepted by the server. It is kept and not sent again by itself.');
    await expect(row).toContainText('1 try');
    await row.getByText('The server’s answer').click();
    await expect(row.locator('.said')).toHaveText('At most ten <b>chairs</b>.');
    await nothingMore(page, site);

    await press('Edit');
    await page.waitForURL(`**${path}`);
    await expect(screen(page).toast('What you submitted is in the form again.')).toBeVisible();
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    await expect(page.getByLabel('note')).toHaveValue('For the garden');
    // A tab that dies now has lost nothing.
    expect(await entriesOf(page)).toMatchObject([{ state: 'held', reason: 'rejected' }]);
    await page.getByLabel('title').fill('Ten chairs');
    await page.reload();
    await expect(screen(page).toast('What you submitted is in the form again.')).toBeVisible();
    await expect(page.getByLabel('title')).toHaveValue('Ten chairs');
    await expect(page.getByLabel('note')).toHaveValue('For the garden');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    await page.goto('/other/');
    await sentOnce(page, site, ['title', 'Ten chairs'], ['note', 'For the garden']);
    expect(await storageDump(page)).not.toContain('Twenty chairs');
  },
);

test('unknown: it may have arrived, and is sent again', { tag: '@O17' }, async ({ page, site }) => {
  orderPage(site, path, { attributes: 'data-resilient data-resilient-unknown="ask"' });
  await open(page, path);
  await queue(page, site);
  site.fault('commit-then-drop', { method: 'POST' });
  await comeBack(page, site);
  const { row, press } = await openPanel(page);
  await expect(row).toContainText('It is not known whether this arrived.');
  await site.heal();
  await nothingMore(page, site);
  await press('Discard');
  await expect(row).toContainText('Discarded here. The server may have it already.');
  await press('Undo');
  await press('Send again');
  await sentOnce(page, site, ['title', 'Twenty chairs']);
});

test(
  'expired: kept, said, and sent when the person says so',
  { tag: ['@O17', '@O14'] },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    await page.clock.fastForward(8 * 86_400_000);
    await comeBack(page, site);
    const { row, press } = await openPanel(page);
    await expect(row).toContainText('Too old to be sent without asking you. It is kept until you decide.');
    await expect(row).toContainText('8 days ago');
    expect(site.posts).toHaveLength(0);
    await press('Send now');
    await sentOnce(page, site, ['title', 'Twenty chairs']);
  },
);

test(
  'refused: the server says why; discarded, brought back and sent, all by keyboard',
  { tag: '@O17' },
  async ({ page, site }) => {
    let closed = true;
    site.on('POST', path, (request) => {
      if (closed)
        return json({ title: 'Closed', detail: 'We open at nine.' }, 403, 'application/problem+json');
      request.apply();
      return json({ title: 'Thank you', message: 'Order 7 is in.' }, 201);
    });
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    await comeBack(page, site);
    const { row } = await openPanel(page);
    await expect(row).toContainText('Refused by the server. It is kept and not sent again by itself.');
    await row.locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect(row.locator('.said')).toHaveText('Closed\nWe open at nine.', { useInnerText: true });
    await row.getByRole('button', { name: 'Discard' }).focus();
    await page.keyboard.press('Enter');
    await expect(row.getByRole('button', { name: 'Undo' })).toBeFocused();
    expect(await entriesOf(page)).toEqual([]);
    await nothingMore(page, site);
    await row.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await expect(row).toContainText('Refused by the server.');
    closed = false;
    await row.getByRole('button', { name: 'Send again' }).focus();
    await page.keyboard.press('Enter');
    await sentOnce(page, site, ['title', 'Twenty chairs']);
    const { past } = screen(page);
    await expect(past).toContainText('New order');
    await past.locator('summary').click();
    await expect(past.locator('.said')).toHaveText('Thank you\nOrder 7 is in.', { useInnerText: true });
  },
);

test(
  'taken back to be edited: not sent until the form is submitted, then once, as corrected',
  { tag: '@O17' },
  async ({ page, site }) => {
    site.proof = 'cookie';
    site.page('/done/', htmlPage({ head: scriptTag() }));
    const buttons = '<label>List <input type="file" name="list"></label><button>Save</button>';
    orderPage(site, path, { attributes: 'data-resilient enctype="multipart/form-data"', buttons });
    await open(page, path);
    const buffer = Buffer.alloc(70_000, 'chair');
    await page.getByLabel('List').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer });
    await queue(page, site);
    site.fault({ status: 503 }, { path: /health/ });
    await site.start();
    await page.reload();
    const { row, press } = await openPanel(page);
    await expect(row).toContainText('70 kB');
    await press('Edit');
    await expect(screen(page).panel).toBeHidden();
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    await expect(page.getByLabel('title')).toBeFocused();
    const size = () => page.getByLabel('List').evaluate((input: HTMLInputElement) => input.files?.[0]?.size);
    expect(await size()).toBe(70_000);
    await page.reload();
    await expect.poll(size).toBe(70_000);
    await screen(page).indicator.click();
    await expect(row).toContainText('Taken back to be edited.');
    await site.heal();
    await nothingMore(page, site);
    await page.getByLabel('title').fill('Ten chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    await sentOnce(page, site, ['title', 'Ten chairs']);
    expect(site.posts.map(({ body }) => body.includes(buffer))).toEqual([true]);
  },
);
