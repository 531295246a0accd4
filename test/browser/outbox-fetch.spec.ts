import type { Page } from '@playwright/test';
import { html, htmlPage } from '../support/answers.js';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, hear, queue } from '../support/outbox.js';

const attributes = 'data-resilient data-resilient-delivery="fetch"';

async function open(page: Page, site: Site, more: Partial<Parameters<Site['form']>[1]> = {}) {
  site.form('/orders/', { fields: ['title', 'note'], head: scriptTag(), attributes, ...more });
  const heard = await hear(page);
  await page.goto('/orders/');
  await page.waitForSelector(formIs('idle'));
  await page.getByLabel('title').fill('Twenty chairs');
  return heard;
}

const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click();

test('the page stays, and what was typed is no draft any more', { tag: '@O01' }, async ({ page, site }) => {
  const heard = await open(page, site);
  site.on('POST', '/orders/', (request) => {
    request.apply();
    return { status: 204 };
  });
  await page.evaluate(() => Object.assign(window, { mark: 'the same document' }));
  await save(page);
  await page.waitForSelector(formIs('sent'));
  expect(await page.evaluate(() => (window as unknown as { mark?: string }).mark)).toBe('the same document');
  expect(heard.map(({ name }) => name)).toEqual(['queued', 'attempt', 'sent']);
  expect(site.effects).toHaveLength(1);
  await expect.poll(() => storageDump(page)).not.toContain('Twenty chairs');
});

test('it is stored before its first byte leaves', { tag: '@O01' }, async ({ page, site }) => {
  await open(page, site);
  const gate = site.hold({ method: 'POST' });
  await save(page);
  await site.whenHeld(gate);
  expect(await entriesOf(page)).toMatchObject([{ state: 'sending', attempts: 1 }]);
  expect(await storageDump(page)).toContain('Twenty chairs');
  gate.release();
  await page.waitForURL('**/done/');
});

test('a redirect is followed', { tag: '@O05' }, async ({ page, site }) => {
  await open(page, site);
  await save(page);
  await page.waitForURL('**/done/');
  await expect(page.locator('h1')).toHaveText('Done');
  expect(site.effects).toHaveLength(1);
});

test(
  'the form that the server returns takes the place of the form, with what was typed',
  { tag: '@O10' },
  async ({ page, site }) => {
    const validate = (request: { text(name: string): string }): Record<string, string> =>
      request.text('note') ? {} : { note: 'Needed' };
    await open(page, site, { validate });
    await save(page);
    await expect(page.locator('.error')).toHaveText('Needed');
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    expect(await entriesOf(page)).toEqual([]);
    expect(site.effects).toHaveLength(0);
    await page.getByLabel('note').fill('Soon');
    await save(page);
    await page.waitForURL('**/done/');
    expect(site.effects.map(({ fields }) => fields)).toEqual([
      [
        ['title', 'Twenty chairs'],
        ['note', 'Soon'],
      ],
    ]);
  },
);

test('a page that shows the answer itself is left to do so', { tag: '@O17' }, async ({ page, site }) => {
  await open(page, site);
  await page.evaluate(() =>
    document.addEventListener('resilient:response', (event) => {
      event.preventDefault();
      const { response } = (event as CustomEvent<{ response: Response }>).detail;
      void response.text().then((text) => {
        document.title = `${response.status} ${new URL(response.url).pathname} ${/Done/.test(text)}`;
      });
    }),
  );
  await save(page);
  await expect(page).toHaveTitle('200 /done/ true');
  expect(new URL(page.url()).pathname).toBe('/orders/');
  expect(site.effects).toHaveLength(1);
  await expect.poll(() => entriesOf(page)).toEqual([]);
});

test(
  'a server that fails leaves it waiting, and the page is not touched',
  { tag: '@O10' },
  async ({ page, site }) => {
    const heard = await open(page, site);
    site.fault({ status: 500, body: 'broken' }, { method: 'POST' });
    await save(page);
    await expect
      .poll(() => heard.some(({ name, response }) => name === 'queued' && response?.status === 500))
      .toBe(true);
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    expect(new URL(page.url()).pathname).toBe('/orders/');
    expect(await entriesOf(page)).toHaveLength(1);
    expect(site.effects).toHaveLength(0);
    await site.heal();
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
  },
);

test(
  'what arrives long after does not take the person away: the page stays, and the result is offered',
  { tag: '@O17' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await page.clock.fastForward(60_000);
    await site.start();
    await check(page);
    await page.waitForSelector(formIs('sent'));
    await expect(page.getByRole('link', { name: 'Show the result' })).toHaveAttribute('href', /\/done\/$/);
    expect(new URL(page.url()).pathname).toBe('/orders/');
    await expect(page.getByLabel('title')).toHaveValue('');
  },
);

test('changes made since it was queued stay, and are a draft', { tag: '@D04' }, async ({ page, site }) => {
  site.form('/orders/', { fields: ['title', 'note'], head: scriptTag(), attributes });
  site.on('POST', '/orders/', (request) => {
    request.apply();
    return html(htmlPage({ body: '<p>Thank you.</p>' }));
  });
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  await queue(page, site);
  await page.getByLabel('note').fill('Typed since');
  await site.start();
  await check(page);
  await site.whenEffects(1);
  await expect.poll(() => entriesOf(page)).toEqual([]);
  await expect(page.getByLabel('note')).toHaveValue('Typed since');
  await expect.poll(() => storageDump(page)).toContain('Typed since');
});
