import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, lose, queue } from '../support/outbox.js';

const locks = (page: Page) =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [...held, ...pending].map(({ name }) => name).filter((name) => name?.endsWith(':drain'));
  });

test(
  'ten tabs find the server again: each submission is sent once, in order',
  { tag: '@O13' },
  async ({ context, page, site }) => {
    test.slow();
    site.dedupes = false;
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const tabs = [page];
    while (tabs.length < 10) tabs.push(await context.newPage());
    await page.clock.install();
    for (const [index, tab] of tabs.entries()) {
      await tab.goto('/orders/');
      await tab.getByLabel('title').fill(`Order ${index}`);
    }
    await lose(page, site);
    for (const tab of tabs) {
      await tab.getByRole('button', { name: 'Save' }).click();
      await tab.waitForSelector(formIs('queued'));
    }
    expect(await entriesOf(page)).toHaveLength(10);
    await site.start();
    await Promise.all(tabs.map(check));
    await site.whenEffects(10);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.posts).toHaveLength(10);
    // Whichever tab sent it, the form that it came from knows.
    for (const tab of tabs) await tab.waitForSelector(formIs('sent'));
    const sent = site.effects.map(({ fields }) => fields[0]![1]);
    expect(sent).toEqual(tabs.map((_, index) => `Order ${index}`));
  },
);

test(
  'a page that is left holds no lock and ends its attempt; the next one goes on',
  { tag: ['@O13', '@H07'] },
  async ({ context, page, site }) => {
    site.declaresIdempotency = true;
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.page('/plain/', '<!doctype html><title>Plain</title>');
    const other = await context.newPage();
    await other.goto('/plain/');
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await site.start();
    const gate = site.hold({ method: 'POST', times: 1 }, 'answer');
    await check(page);
    await site.whenHeld(gate);
    expect(await locks(other)).toEqual(['resilient-forms:drain']);
    await page.goto('/plain/');
    await expect.poll(() => locks(other)).toEqual([]);
    gate.release();
    await page.goto('/orders/');
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);

test(
  'a page put away in mid-attempt comes back from the back/forward cache and goes on',
  { tag: ['@O13', '@H07'] },
  async ({ openBrowser, site }) => {
    site.declaresIdempotency = true;
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
    site.page('/plain/', '<!doctype html><title>Plain</title>');
    // Started as a person's browser is: Playwright's own has no back/forward cache.
    const { page } = await openBrowser();
    await page.goto(site.url('/orders/'));
    await page.waitForSelector(formIs('idle'));
    await page.evaluate(() =>
      addEventListener('pageshow', ({ persisted }) => persisted && document.body.append('from the cache')),
    );
    const gate = site.hold({ method: 'POST', times: 1 });
    site.fault('reset-body', { method: 'POST', times: 1 });
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await site.whenHeld(gate);
    await page.goto(site.url('/plain/'));
    await expect.poll(() => locks(page)).toEqual([]);
    await page.evaluate(() => history.back());
    await expect(page.locator('body')).toContainText('from the cache');
    gate.release();
    await site.whenEffects(1);
    expect(site.posts.map(({ key }) => key)).toEqual([site.posts[0]!.key, site.posts[0]!.key]);
  },
);

test(
  'what another tab sent while the page lay in the back/forward cache is shown as sent when it comes back',
  { tag: ['@O13', '@H07'] },
  async ({ openBrowser, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.page('/plain/', '<!doctype html><title>Plain</title>');
    site.page('/other/', htmlPage({ head: scriptTag() }));
    const { page, context } = await openBrowser();
    await page.goto(site.url('/orders/'));
    await page.getByLabel('title').fill('Twenty chairs');
    await page.waitForSelector(formIs('draft'));
    await page.evaluate(() =>
      addEventListener('pageshow', ({ persisted }) => persisted && document.body.append('from the cache')),
    );
    site.fault('reset-head', { path: '/health/' });
    await check(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector(formIs('queued'));
    await page.goto(site.url('/plain/'));
    await site.heal();
    const other = await context.newPage();
    await other.goto(site.url('/other/'));
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(other)).toEqual([]);
    await other.close();
    await page.evaluate(() => history.back());
    await expect(page.locator('body')).toContainText('from the cache');
    await page.waitForSelector(formIs('sent'));
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    expect(await page.evaluate(() => window.ResilientForms!.instance!.drafts.list())).toEqual([]);
  },
);
