import { htmlPage } from '../support/answers.js';
import { expect, storageDump, tabKill, test, watchErrors } from '../support/fixtures.js';
import { esmHead, formMarkup } from '../support/markup.js';

const form = htmlPage({ body: formMarkup({ action: '/orders/', fields: ['title'], attributes: '' }) });

test('a page posts its form and lands on the page with the message', async ({ page, site }) => {
  site.csrf = true;
  site.form('/orders/new/', {
    fields: ['title'],
    validate: (request) => (request.text('title') ? {} : { title: 'Needed' }),
  });
  await page.goto('/orders/new/');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.error')).toHaveText('Needed');
  await page.getByLabel('title').fill('Chair');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#flash')).toHaveText('Saved.');
  expect(new URL(page.url()).pathname).toBe('/done/');
  await page.reload();
  await expect(page.locator('#flash')).toHaveCount(0);
  expect(site.effects).toMatchObject([{ path: '/orders/new/', fields: [['title', 'Chair']] }]);
});

test('dropping a reused connection makes the browser itself send a POST again', async ({ page, site }) => {
  site.dedupes = false;
  site.page('/', form);
  await page.goto('/');
  site.fault('commit-then-drop', { method: 'POST', times: 1 });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**/done/');
  expect(site.effects).toHaveLength(2);
});

test('a browser that was killed opens again on its profile with what was stored', async ({
  openBrowser,
  site,
}) => {
  site.page('/', form);
  const first = await openBrowser();
  await first.page.goto(site.origin);
  await first.page.evaluate(() => localStorage.setItem('kept', 'before the kill'));
  await first.page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const open = indexedDB.open('notes', 1);
        open.addEventListener('upgradeneeded', () => open.result.createObjectStore('s'));
        open.addEventListener('success', () => {
          const transaction = open.result.transaction('s', 'readwrite', { durability: 'strict' });
          transaction.objectStore('s').put({ note: new TextEncoder().encode('typed').buffer }, 'key-1');
          transaction.addEventListener('complete', () => resolve());
        });
      }),
  );
  const closed = first.page.waitForEvent('close');
  await first.kill();
  await closed;
  const second = await openBrowser({ profile: first.profile });
  await second.page.goto(site.origin);
  expect(await storageDump(second.page)).toMatch(/notes\ns\nkey-1\nnote\ntyped/);
});

test('a killed tab leaves the other tabs of its site running', async ({ context, page, site }) => {
  site.page('/', form);
  await page.goto('/');
  const other = await context.newPage();
  await other.goto('/');
  await tabKill(page);
  expect(await other.evaluate(() => document.title)).toBe('Test page');
  await page.close();
});

test('a dump shows every storage of the origin, bytes decoded', async ({ page, site }) => {
  site.page('/', form);
  await page.goto('/');
  await page.evaluate(async () => {
    localStorage.setItem('l', 'in-local');
    sessionStorage.setItem('s', 'in-session');
    document.cookie = 'c=in-cookie';
    const cache = await caches.open('cache');
    await cache.put('/cached', new Response('in-cache'));
    await new Promise<void>((resolve) => {
      const open = indexedDB.open('d', 1);
      open.addEventListener('upgradeneeded', () => {
        const store = open.result.createObjectStore('s');
        store.put([{ deep: new Map([['m', 'in-map']]) }, new File(['in-file'], 'name-of-file')], 'in-key');
        store.put(Uint16Array.from({ length: 8 }, (_, at) => 'in-utf16'.charCodeAt(at)).buffer, 1);
      });
      open.addEventListener('success', () => {
        open.result.close();
        resolve();
      });
    });
  });
  const dump = await storageDump(page);
  for (const place of ['local', 'session', 'cookie', 'cache', 'map', 'file', 'key', 'utf16']) {
    expect(dump).toContain(`in-${place}`);
  }
  expect(dump).toContain('name-of-file');
});

test('a violation of the policy and an uncaught error are collected', async ({ page, site }) => {
  site.csp = "default-src 'self'; require-trusted-types-for 'script'";
  site.page('/', form);
  const errors = await watchErrors(page);
  await page.goto('/');
  expect(errors).toEqual({ console: [], violations: [] });
  const thrown = page.waitForEvent('pageerror');
  await page.evaluate(() => {
    document.body.setAttribute('style', 'color: red');
    setTimeout(() => {
      throw new TypeError('thrown by the page');
    });
  });
  await thrown;
  expect(errors.violations).toEqual(['style-src-attr inline']);
  expect(errors.console).toContain('TypeError: thrown by the page');
});

test('a module finds the packages of the built file by their bare names', async ({ page, site }) => {
  const script = `<script type="module">
import ky from 'ky'; import { get } from 'idb-keyval'; import { createNanoEvents } from 'nanoevents';
document.title = [ky, get, createNanoEvents].map((made) => typeof made).join(' ');
</script>`;
  site.page('/', htmlPage({ head: esmHead() + script }));
  await page.goto('/');
  await expect(page).toHaveTitle('function function function');
});
