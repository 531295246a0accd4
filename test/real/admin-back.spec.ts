import { createBrowserOpener } from '../support/browser.js';
import { expectNothingWaits } from './admin-book.js';
import { open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { signIn, type World } from './admin-world.js';

/** Saves an author and goes back, in a browser with a back/forward cache; what the form's page is then. */
async function saveAndGoBack(world: World) {
  const opener = await createBrowserOpener();
  try {
    const { page } = await opener.open();
    await page.addInitScript(() => {
      const shown: boolean[] = [];
      Object.assign(window, { shown });
      addEventListener('pageshow', ({ persisted }) => shown.push(persisted));
    });
    await signIn(page, world);
    await open(page, world, '/admin/shop/author/add/');
    await page.getByLabel('Name').fill(`Back ${world.mode}`);
    await page.evaluate('window.before = true');
    await page.locator('[name=_save]').click();
    await page.waitForURL('**/admin/shop/author/');
    if (world.mode !== 'off') await expectNothingWaits(page);
    await page.evaluate('history.back()');
    // A page that was kept loads nothing: it is shown a second time.
    await page.waitForFunction(
      "location.pathname.endsWith('/add/') && window.shown.length === (window.before ? 2 : 1)",
    );
    if (world.mode !== 'off') {
      await page.locator('form[data-resilient-state]:not([data-resilient-state="sending"])').waitFor();
      await expectNothingWaits(page);
    }
    return {
      shown: await page.evaluate('window.shown'),
      history: await page.evaluate('history.length'),
      name: (await page.getByLabel('Name').inputValue()).replace(world.mode, ''),
      told: await page.locator('resilient-ui .toast').allTextContents(),
      saved: await world.sql('select count(*)::int as times from shop_author where name = $1', [
        `Back ${world.mode}`,
      ]),
    };
  } finally {
    await opener.close();
  }
}

for (const mode of MODES) {
  test(
    `${mode}: back from a save, the form is as the admin without the SDK shows it`,
    {
      tag: ['@H01', '@H07'],
    },
    async ({ worlds }) => {
      test.setTimeout(120_000);
      const without = await saveAndGoBack(await worlds('off'));
      expect(without.saved).toEqual([{ times: 1 }]);
      expect(await saveAndGoBack(await worlds(mode))).toEqual(without);
      await (await worlds('off')).sql("delete from shop_author where name like 'Back%'");
    },
  );
}
