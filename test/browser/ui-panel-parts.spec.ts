import { expect, test } from '../support/fixtures.js';
import { listed, openPanel } from '../support/panel-page.js';
import { screen } from '../support/screens.js';

test(
  'an upload is shown while it goes on, and has a name',
  { tag: ['@O17', '@U01'] },
  async ({ page, site }) => {
    const entry = listed('1', { size: 20_400_000, attempts: 2 });
    const sending = { ...entry, state: 'sending' as const };
    const panel = await openPanel(page, site, [sending]);
    const { rows } = screen(page);
    const bar = rows.getByRole('progressbar', { name: 'Upload of “New order”' });
    await expect(rows).toContainText('2 hours ago · 20.4 MB · 2 tries');
    await expect(bar).toHaveCount(0);
    await panel.progress('1', 5_100_000, 20_400_000);
    await expect(bar).toHaveJSProperty('position', 0.25);
    await panel.progress('1', 10_200_000, 20_400_000);
    await expect(bar).toHaveJSProperty('position', 0.5);
    // What is being sent is neither sent again nor edited.
    await rows.getByRole('button', { name: 'Send now' }).click({ force: true });
    await rows.getByRole('button', { name: 'Edit' }).click({ force: true });
    expect(await panel.called()).toEqual([]);
    await panel.update([entry]);
    await expect(bar).toHaveCount(0);
    await panel.update([sending]);
    await expect(rows).toContainText('Sending…');
    await expect(bar).toHaveCount(0);
  },
);

test('what was sent is listed with its answer, the last ten', { tag: '@O17' }, async ({ page, site }) => {
  const panel = await openPanel(page, site, []);
  const { past } = screen(page);
  await expect(screen(page).panel.getByRole('heading', { level: 3 })).toHaveCount(0);
  for (let number = 1; number <= 12; number += 1) {
    const form = { name: 'order', title: `Order ${number}`, page: '/orders/' };
    await panel.sent(
      listed(`${number}`, { form }),
      number === 12 ? { url: '/orders/12/', words: '' } : { words: `<b>${number}</b>` },
    );
  }
  await expect(past).toHaveCount(10);
  await expect(past.first()).toContainText('Order 12');
  await expect(past.first().getByRole('link', { name: 'Show the result' })).toHaveAttribute(
    'href',
    site.url('/orders/12/'),
  );
  await expect(past.last()).toContainText('Order 3');
  await past.last().locator('summary').click();
  await expect(past.last().locator('.said')).toHaveText('<b>3</b>');
  await panel.sent(listed('13'), { url: 'javascript:hit()', words: 'No link.' });
  await expect(past.first().getByRole('link')).toHaveCount(0);
});

test('closing the panel ends the chance to bring something back', { tag: '@O17' }, async ({ page, site }) => {
  const panel = await openPanel(page, site, [listed('1'), listed('2'), listed('3')]);
  const { rows, indicator } = screen(page);
  await rows.nth(1).getByRole('button', { name: 'Discard' }).click();
  await expect(rows.nth(1).locator('.state')).toHaveText('Discarded.');
  await expect(rows).toHaveCount(3);
  await page.keyboard.press('Escape');
  expect(await panel.called()).toEqual(['forget 2']);
  await indicator.click();
  await expect(rows).toHaveCount(2);
});
