import type { Page } from '@playwright/test';
import { untilDraft, untilState } from '../support/drafts.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import type { Site } from '../support/fixtures.js';
import { htmlPage } from '../support/answers.js';
import { scriptTag } from '../support/markup.js';

/* Whatever must not be stored has SECRET in it, and everything that is stored is searched for that. */

const block = JSON.stringify({ drafts: { exclude: '.unkept' } });

/** The toggles are of the kinds that pages have: one changes the type, one puts another input in the place. */
const page = (fields: string): string =>
  htmlPage({
    head: `<script type="application/json" id="resilient-forms-config">${block}</script>${scriptTag()}
<script>
const toggle = (id) => { const input = document.getElementById(id); input.type = input.type === 'text' ? 'password' : 'text'; };
const swap = (id) => {
  const old = document.getElementById(id);
  const input = document.createElement('input');
  Object.assign(input, { id, name: old.name, value: old.value });
  old.replaceWith(input);
};
</script>`,
    body: `<form method="post" action="/save/" data-resilient>
<label>Plain <input name="plain"></label>${fields}<button>Save</button></form>`,
  });

const secrets = `
<input id="toggled" name="pin" type="password"><button type="button" onclick="toggle('toggled')">show</button>
<input id="swapped" name="pass" type="PASSWORD"><button type="button" onclick="swap('swapped')">swap</button>
<input name="card" autocomplete="section-a shipping CC-Number"><input name="csc" autocomplete="cc-csc">
<input name="code" autocomplete="one-time-code" inputmode="numeric">
<input name="new" autocomplete="new-password"><input name="current" autocomplete="current-password">
<input name="mine" data-resilient-ignore><div data-resilient-ignore><textarea name="region"></textarea></div>
<input name="own" class="unkept">
<input type="hidden" name="csrfmiddlewaretoken" value="SECRET-token">
<input type="hidden" name="authenticity_token" value="SECRET-rails"><input type="hidden" name="unchanged" value="SECRET-hidden">`;

async function typeSecrets(page: Page): Promise<void> {
  await page.locator('#toggled').pressSequentially('SECRET1');
  await page.getByRole('button', { name: 'show' }).click();
  await page.locator('#toggled').press('End');
  await page.locator('#toggled').pressSequentially('SECRET2');
  await page.locator('#swapped').pressSequentially('SECRET3');
  await page.getByRole('button', { name: 'swap' }).click();
  await page.locator('#swapped').pressSequentially('SECRET4');
  for (const name of ['card', 'csc', 'code', 'new', 'current', 'mine', 'region', 'own'])
    await page.locator(`[name=${name}]`).pressSequentially(`SECRET-${name}`);
}

const open = async (tab: Page, site: Site, fields: string) => {
  site.page('/form/', page(fields));
  await tab.clock.install();
  await tab.goto('/form/');
};

test('what is secret is nowhere in storage, however it is shown', { tag: '@D19' }, async ({ page, site }) => {
  await open(page, site, secrets);
  await typeSecrets(page);
  await page.getByLabel('Plain').fill('to be found');
  await page.clock.fastForward(3000);
  await untilDraft(page);
  const kept = await storageDump(page);
  expect(kept).toContain('to be found');
  expect(kept).not.toContain('SECRET');
  // The page goes in the middle of typing: what is left for `localStorage` is held to the same.
  await page.locator('#toggled').pressSequentially('SECRET5');
  await page.getByLabel('Plain').fill('found again');
  await page.goto('/done/');
  const left = await storageDump(page);
  expect(left).toContain('found again');
  expect(left).not.toContain('SECRET');
});

test(
  'a submission with secrets in it waits in the form, and nowhere else',
  { tag: '@D19' },
  async ({ page, site }) => {
    await open(page, site, secrets);
    await typeSecrets(page);
    await page.getByLabel('Plain').fill('to be found');
    await page.clock.fastForward(5000);
    await untilDraft(page);
    await site.stop();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('cannot wait on this device').first()).toBeVisible();
    expect(await storageDump(page)).not.toContain('SECRET');
    await expect(page.locator('#toggled')).toHaveValue('SECRET1SECRET2');
    expect(site.posts).toHaveLength(0);
  },
);

test('a queued submission leaves the token behind', { tag: '@D19' }, async ({ page, site }) => {
  const token = '<input type="hidden" name="csrfmiddlewaretoken" value="SECRET-token">';
  await open(page, site, `${token}<input type="password" name="pin">`);
  await page.getByLabel('Plain').fill('to be found');
  await untilDraft(page);
  await page.clock.fastForward(5000);
  await site.stop();
  await page.getByRole('button', { name: 'Save' }).click();
  await untilState(page, 'queued');
  const kept = await storageDump(page);
  expect(kept).toContain('to be found');
  expect(kept).not.toContain('SECRET');
});

test(
  'a text field that becomes a password is taken out of the draft',
  { tag: '@D19' },
  async ({ page, site }) => {
    await open(page, site, '<label>Later <input name="later"></label>');
    await page.getByLabel('Plain').fill('to be found');
    await page.getByLabel('Later').fill('SECRET6');
    await page.clock.fastForward(3000);
    await untilDraft(page);
    expect(await storageDump(page)).toContain('SECRET6');
    await page.getByLabel('Later').evaluate((input) => input.setAttribute('type', 'password'));
    await page.getByLabel('Later').press('x');
    await page.clock.fastForward(3000);
    await expect.poll(() => storageDump(page)).not.toContain('SECRET6');
    expect(await storageDump(page)).toContain('to be found');
  },
);

test('a hidden input is stored only when the page changed it', { tag: '@D19' }, async ({ page, site }) => {
  await open(
    page,
    site,
    '<input type="hidden" name="still" value="SECRET-same"><input type="hidden" name="point" value="before">',
  );
  await page.getByLabel('Plain').fill('to be found');
  // As a map does when it is clicked: no event tells of it.
  await page.locator('[name=point]').evaluate((input: HTMLInputElement) => void (input.value = '52.5 13.4'));
  await page.getByLabel('Plain').blur();
  await page.clock.fastForward(3000);
  await expect.poll(() => storageDump(page)).toContain('52.5 13.4');
  expect(await storageDump(page)).not.toContain('SECRET');
  await page.reload();
  await untilDraft(page);
  await expect(page.locator('[name=point]')).toHaveValue('52.5 13.4');
});
