import { htmlPage } from '../support/answers.js';
import { expect, test, watchErrors } from '../support/fixtures.js';
import { CHROMIUM_ARGS, executable } from '../support/launch.js';
import { scriptTag } from '../support/markup.js';

/* A plain name over http is no secure context, as 127.0.0.1 would be: no locks, no randomUUID, no WebCrypto. */
test.use({
  launchOptions: {
    ...executable(),
    args: [...CHROMIUM_ARGS, '--host-resolver-rules=MAP site.test 127.0.0.1'],
  },
});

test(
  'in an insecure context the form submits by itself, and an outage is survived',
  { tag: '@H05' },
  async ({ page, site }) => {
    const errors = await watchErrors(page);
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.page('/done/', htmlPage({ title: 'Done', head: scriptTag() }));
    const address = `${site.origin.replace('127.0.0.1', 'site.test')}/orders/`;
    await page.goto(address);
    expect(await page.evaluate("[isSecureContext, 'locks' in navigator, 'randomUUID' in crypto]")).toEqual([
      false,
      false,
      false,
    ]);
    await page.locator('form[data-resilient-state]').waitFor();
    await page.getByLabel('title').fill('Lamp');
    await page.locator('form button').click();
    await page.waitForURL('**/done/');
    await page.waitForFunction("ResilientForms.instance && !sessionStorage.getItem('resilient-forms:sent')");
    expect(site.effects).toHaveLength(1);
    expect(site.posts).toHaveLength(1);
    expect(errors.console).toEqual([]);

    await page.goto(address);
    await page.waitForFunction("ResilientForms.instance?.status.state === 'online'");
    await site.stop();
    await page.evaluate('ResilientForms.instance.connection.check()');
    await page.getByLabel('title').fill('Chair');
    await page.locator('form button').click();
    await page.locator('form[data-resilient-state=queued]').waitFor();
    await site.start();
    await page.evaluate('ResilientForms.instance.connection.check()');
    await site.whenEffects(2);
    expect(site.effects.map(({ fields }) => fields[0]![1])).toEqual(['Lamp', 'Chair']);
    expect(site.posts).toHaveLength(2);
  },
);
