import { readFile } from 'node:fs/promises';
import { html, htmlPage } from '../support/answers.js';
import { expect, storageDump, tabKill, test } from '../support/fixtures.js';
import { load, lose, openApp, order, settledOf, submit } from '../support/app.js';
import { check, entriesOf, formIs } from '../support/outbox.js';
import { comeBack, open, orderPage, queue, screen } from '../support/screens.js';

const path = '/orders/';

test(
  'what was discarded by a tab that died is never sent, and an hour later it is gone',
  { tag: ['@O17', '@O01'] },
  async ({ page, site, context }) => {
    const attributes = 'data-resilient data-resilient-drafts="off"';
    orderPage(site, path, { attributes });
    await open(page, path);
    await queue(page, site, 'Nineteen tables');
    await screen(page).indicator.click();
    await screen(page).rows.getByRole('button', { name: 'Discard' }).click();
    await expect(screen(page).rows).toContainText('Discarded.');
    await tabKill(page);
    await page.close();
    await site.start();
    const next = await context.newPage();
    await open(next, path);
    await next.waitForFunction(() => ResilientForms!.instance!.status.state === 'online');
    await next.clock.runFor(60_000);
    expect(await entriesOf(next)).toEqual([]);
    expect(await storageDump(next)).toContain('Nineteen tables');
    await next.clock.fastForward(3_600_000);
    await expect.poll(() => storageDump(next)).not.toContain('Nineteen tables');
    expect(site.posts).toHaveLength(0);
  },
);

test(
  'discarded while it is on its way: it may have arrived is said, and so is that it did',
  { tag: '@O17' },
  async ({ page, site }) => {
    site.on('POST', path, (request) => {
      request.apply();
      return html(htmlPage({ body: '<h1>Thank you</h1>' }));
    });
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    const gate = site.hold({ method: 'POST', times: 1 }, 'answer');
    await comeBack(page, site);
    await site.whenHeld(gate);
    const { indicator, rows, past } = screen(page);
    await indicator.click();
    await expect(rows).toContainText('Sending…');
    await rows.getByRole('button', { name: 'Discard' }).click();
    await expect(rows).toContainText('Discarded here. The server may have it already.');
    gate.release();
    await expect(past.locator('.said')).toHaveText('Thank you');
    await expect(rows).toHaveCount(0);
    expect(await entriesOf(page)).toEqual([]);
    expect(await storageDump(page)).not.toContain('discarded');
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'a message that offers to discard does so in the panel, with a way back',
  { tag: ['@O17', '@U04'] },
  async ({ page, site }) => {
    site.on('POST', path, () => html(htmlPage({ body: '<p>No.</p>' }), 403));
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    await comeBack(page, site);
    await screen(page).toast('Refused by the server.').getByRole('button', { name: 'Discard' }).click();
    const { rows, toast } = screen(page);
    await expect(rows.getByRole('button', { name: 'Undo' })).toBeFocused();
    await expect(toast('Refused by the server.')).toHaveCount(0);
    await rows.getByRole('button', { name: 'Undo' }).click();
    await expect(rows).toContainText('Refused by the server.');
    await page.waitForSelector(formIs('held'));
  },
);

test.describe('under a strict policy', () => {
  test.use({
    siteOptions: { csp: "default-src 'self'; style-src 'self'; require-trusted-types-for 'script'" },
  });

  test(
    'the export is a file with everything that waits, the bytes of files too',
    { tag: ['@O17', '@H06'] },
    async ({ page, site }) => {
      const attributes = 'data-resilient enctype="multipart/form-data"';
      const buttons = '<label>List <input type="file" name="list"></label><button>Save</button>';
      orderPage(site, path, { attributes, buttons });
      await open(page, path);
      const buffer = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
      await page.getByLabel('List').setInputFiles({ name: 'list.bin', mimeType: 'image/x-list', buffer });
      await queue(page, site, 'Neunzehn Stühle');
      await screen(page).indicator.click();
      const started = page.waitForEvent('download');
      await screen(page).panel.getByRole('button', { name: 'Export' }).click();
      const file = await started;
      expect(file.suggestedFilename()).toMatch(/^127\.0\.0\.1-\d{4}-\d\d-\d\d\.json$/);
      expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject([
        {
          form: 'New order',
          state: 'waiting',
          fields: [
            ['title', 'Neunzehn Stühle'],
            ['note', ''],
            ['list', { name: 'list.bin', type: 'image/x-list', base64: buffer.toString('base64') }],
            ['idempotency_key', expect.any(String)],
          ],
        },
      ]);
    },
  );
});

test(
  'the app is told that its request is discarded when nobody can bring it back any more, in each tab',
  { tag: ['@O17', '@O20'] },
  async ({ context, page, site }) => {
    await openApp(page, site);
    const other = await context.newPage();
    await load(other, site);
    await lose(page, site);
    const told = await submit(page, '/api/orders/', order('Twenty chairs'));
    expect(told.state).toBe('queued');
    const { indicator, rows, panel } = screen(other);
    await indicator.click();
    const discard = rows.getByRole('button', { name: 'Discard', exact: true });
    await discard.click();
    await expect.poll(() => entriesOf(page)).toEqual([]);
    await rows.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => entriesOf(page)).toHaveLength(1);
    expect(await settledOf(page, told.id)).toBeUndefined();
    await discard.click();
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => settledOf(page, told.id)).toBe('discarded');
    await site.start();
    await check(page);
    expect(site.posts).toEqual([]);
  },
);
