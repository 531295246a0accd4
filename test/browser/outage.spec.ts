import { scriptTag } from '../support/markup.js';
import { expect, storageDump, test, watchErrors } from '../support/fixtures.js';

const state = (name: string) => `form[data-resilient-state="${name}"]`;

test('typed, server lost, submitted, reloaded, server back: it arrives once', async ({ page, site }) => {
  const errors = await watchErrors(page);
  site.form('/orders/', { fields: ['title', 'note'], head: scriptTag() });
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  await page.waitForSelector(state('draft'));
  await page.clock.fastForward(5000);
  await site.stop();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector(state('queued'));
  expect(site.posts).toHaveLength(0);
  expect(await storageDump(page)).toContain('Twenty chairs');
  await site.start();
  await page.reload();
  await site.whenEffects(1);
  expect(site.effects[0]!.fields).toEqual([
    ['title', 'Twenty chairs'],
    ['note', ''],
  ]);
  expect(errors.violations).toEqual([]);
});

test('healthy: the browser submits by itself, follows the redirect and nothing is left', async ({
  page,
  site,
}) => {
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  site.page('/done/', () => `<!doctype html><title>Done</title>${scriptTag()}<h1>Thank you</h1>`);
  await page.goto('/orders/');
  await page.getByLabel('title').fill('One lamp');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**/done/');
  expect(site.effects).toHaveLength(1);
  expect(site.posts).toHaveLength(1);
  await expect.poll(() => storageDump(page)).not.toContain('One lamp');
});
