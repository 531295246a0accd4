import type { Page } from '@playwright/test';
import { download, htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { formMarkup, scriptTag } from '../support/markup.js';
import { stillDate } from '../support/still-date.js';

type Reading = 'fresh' | 'stale';
const readings: Reading[] = ['fresh', 'stale'];

const online = (page: Page) => page.waitForFunction("ResilientForms.instance?.status.state === 'online'");

async function open(page: Page, path: string, reading: Reading | 'none') {
  const date = await stillDate(page);
  await page.goto(path);
  if (reading === 'none') return date.pass;
  await page.locator('form[data-resilient-state]').waitFor();
  await date.hold();
  if (reading === 'stale') await date.pass(5000);
  return date.pass;
}

/** What was sent is settled, and nobody was told anything. */
async function expectQuiet(page: Page) {
  await online(page);
  const left = 'ResilientForms.instance.outbox.list().then(({ length }) => length)';
  await expect.poll(() => page.evaluate(left)).toBe(0);
  await expect.poll(() => page.evaluate("sessionStorage.getItem('resilient-forms:sent')")).toBeNull();
  expect(await page.locator('resilient-ui .toasts > *').allTextContents()).toEqual([]);
}

const seen = (page: Page) =>
  page.evaluate(() => {
    const [timing] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      path: location.pathname,
      text: document.querySelector('h1, main')?.textContent,
      flash: document.querySelector('#flash')?.textContent,
      errors: [...document.querySelectorAll('.error')].map(({ textContent }) => textContent),
      values: [...document.querySelectorAll('input')].map(({ value }) => value),
      history: history.length,
      type: timing?.type,
      redirects: timing?.redirectCount,
      referrer: new URL(document.referrer).pathname,
    };
  });

function serve(site: Site, head: string) {
  const validate = {
    validate: (request: { text(name: string): string }) =>
      request.text('title') === 'bad' ? { title: 'Not so.' } : {},
  };
  site.form('/orders/', { fields: ['title', 'note'], head, ...validate });
  site.on('GET', '/done/', (request) => ({
    status: 200,
    headers: { 'content-type': 'text/html', 'set-cookie': 'flash=; Path=/; Max-Age=0' },
    body: htmlPage({ head, body: `<h1>Done</h1><p id="flash">${request.cookies.get('flash')}</p>` }),
  }));
}

async function journey(page: Page, site: Site, reading: Reading | 'none', title: string) {
  serve(site, reading === 'none' ? '' : scriptTag());
  await open(page, '/orders/', reading);
  await page.getByLabel('title').fill(title);
  const answered = page.waitForEvent('load');
  await page.locator('form button').click();
  await answered;
  return seen(page);
}

for (const reading of readings) {
  for (const [what, title] of [
    ['redirect and flash message', 'Lamp'],
    ['page with complaints', 'bad'],
  ] as const) {
    test(
      `the ${what} of a POST are as without the script, reading ${reading}`,
      { tag: '@H01' },
      async ({ browser, page, site }) => {
        const other = await browser.newPage({ baseURL: site.origin });
        const expected = await journey(other, site, 'none', title);
        await other.close();
        expect(site.posts).toHaveLength(1);
        expect(await journey(page, site, reading, title)).toEqual(expected);
        await expectQuiet(page);
        expect(site.posts).toHaveLength(2);
      },
    );
  }

  test(
    `back at the form nothing is restored, said or sent, reading ${reading}`,
    { tag: '@H01' },
    async ({ page, site }) => {
      const landed = await journey(page, site, reading, 'Lamp');
      await expectQuiet(page);
      await page.goBack();
      await page.waitForURL('**/orders/');
      await expectQuiet(page);
      await page.locator('form[data-resilient-state=idle], form[data-resilient-state=draft]').waitFor();
      expect(await page.evaluate('history.length')).toBe(landed.history);
      await page.goForward();
      await page.waitForURL('**/done/');
      await expectQuiet(page);
      expect(site.posts).toHaveLength(1);
    },
  );

  test(
    `after the complaints the form is sent again, as another submission, reading ${reading}`,
    { tag: '@H01' },
    async ({ page, site }) => {
      await journey(page, site, reading, 'bad');
      await page.locator('form[data-resilient-state]').waitFor();
      await page.getByLabel('title').fill('good');
      await page.locator('form button').click();
      await page.waitForURL('**/done/');
      await expectQuiet(page);
      expect(site.effects.map(({ fields }) => fields[0])).toEqual([['title', 'good']]);
      expect(new Set(site.posts.map(({ key }) => key)).size).toBe(2);
    },
  );

  test(
    `a download leaves the page as it is, and can be had again, reading ${reading}`,
    { tag: '@H01' },
    async ({ page, site }) => {
      site.page('/export/', htmlPage({ head: scriptTag(), body: formMarkup({ fields: ['from'] }) }));
      site.on('POST', '/export/', () => download('export.csv', 'a,b'));
      const pass = await open(page, '/export/', reading);
      const asked = site.probes.length;
      for (let count = 1; count <= 3; count += 1) {
        const arrived = page.waitForEvent('download');
        await page.locator('form button').click();
        expect((await arrived).suggestedFilename()).toBe('export.csv');
        expect(site.posts).toHaveLength(count);
        if (count === 1) expect(site.probes.length > asked).toBe(reading === 'stale');
        expect(await page.locator('resilient-ui .toasts > *').allTextContents()).toEqual([]);
        await pass(10_000);
      }
      expect(page.url()).toBe(site.url('/export/'));
      expect(await page.evaluate('history.length')).toBe(2);
    },
  );

  test(
    `an answer without content leaves the page as it is, reading ${reading}`,
    { tag: '@H01' },
    async ({ page, site }) => {
      site.page('/mark/', htmlPage({ head: scriptTag(), body: formMarkup({ fields: ['mark'] }) }));
      site.on('POST', '/mark/', (request) => {
        request.apply();
        return { status: 204 };
      });
      const pass = await open(page, '/mark/', reading);
      await page.getByLabel('mark').fill('one');
      await page.locator('form button').click();
      await site.whenEffects(1);
      await pass(6000);
      await page.getByLabel('mark').fill('two');
      await page.locator('form button').click();
      await site.whenEffects(2);
      await expect(page.getByLabel('mark')).toHaveValue('two');
      expect(await page.locator('resilient-ui .toasts > *').allTextContents()).toEqual([]);
      expect(site.posts).toHaveLength(2);
    },
  );
}
