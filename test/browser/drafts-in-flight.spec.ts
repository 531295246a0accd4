import { expectFields, listed, untilDraft, untilIdle, untilState } from '../support/drafts.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import { htmlPage } from '../support/answers.js';
import { scriptTag } from '../support/markup.js';

const fields = ['title', 'note'];

test(
  'typed while the browser waits for its answer: that alone is still a draft',
  { tag: '@D04' },
  async ({ page, site }) => {
    site.form('/orders/', { fields, head: scriptTag() });
    site.page('/done/', htmlPage({ head: scriptTag() }));
    const gate = site.hold({ method: 'POST' });
    const signal = site.hold({ path: '/signal/' });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    // The browser takes no command from outside while it waits, so the page itself types, on a signal of the server.
    await page.evaluate(() => {
      void (async () => {
        await fetch('/signal/');
        const note = document.querySelector<HTMLInputElement>('[name=note]')!;
        note.value = 'and make them blue';
        note.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await fetch('/typed/');
      })();
    });
    await page.getByLabel('note').press('Enter', { noWaitAfter: true });
    await site.whenHeld(gate);
    signal.release();
    await site.whenRequest(({ path }) => path === '/typed/');
    gate.release();
    await page.waitForURL('**/done/');
    await expect.poll(() => storageDump(page)).not.toContain('Twenty chairs');
    await page.goto('/orders/');
    await untilDraft(page);
    await expectFields(page, { title: '', note: 'and make them blue' });
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'the field that was sent, changed while its POST is on the way, keeps the change',
  { tag: '@D04' },
  async ({ page, site }) => {
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields, head: scriptTag(), attributes });
    const gate = site.hold({ method: 'POST' });
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await page.getByLabel('note').fill('Blue');
    await page.getByRole('button', { name: 'Save' }).click();
    await site.whenHeld(gate);
    await page.getByLabel('title').fill('Thirty chairs');
    gate.release();
    await site.whenEffects(1);
    await untilDraft(page);
    await expectFields(page, { title: 'Thirty chairs', note: 'Blue' });
    expect(await listed(page)).toEqual([['title']]);
    await page.reload();
    await untilDraft(page);
    await expectFields(page, { title: 'Thirty chairs', note: '' });
  },
);

test(
  'a save that was due does not write after the draft was cleared',
  { tag: '@D04' },
  async ({ page, site }) => {
    const attributes = 'data-resilient data-resilient-delivery="fetch"';
    site.form('/orders/', { fields, head: scriptTag(), attributes });
    await page.addInitScript(() => addEventListener('resilient:response', (event) => event.preventDefault()));
    await page.clock.install();
    await page.goto('/orders/');
    await untilIdle(page);
    await page.getByLabel('title').focus();
    // Both before the first save: its time comes when the draft is gone.
    await page.keyboard.type('Twenty chairs');
    await page.keyboard.press('Enter');
    await site.whenEffects(1);
    await untilState(page, 'sent');
    await page.clock.fastForward(10_000);
    expect(await listed(page)).toEqual([]);
    await expect.poll(() => storageDump(page)).not.toContain('Twenty chairs');
    await page.reload();
    await untilIdle(page);
    await expectFields(page, { title: '' });
  },
);

test(
  'what another tab sent is gone from the page that typed it, and does not come back with it',
  { tag: '@D04' },
  async ({ page, site, context }) => {
    site.form('/orders/', { fields, head: scriptTag() });
    site.page('/other/', htmlPage({ head: scriptTag() }));
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await untilDraft(page);
    await page.clock.fastForward(5000);
    site.fault('reset-head', { when: ({ path }) => path === '/health/' });
    await page.getByRole('button', { name: 'Save' }).click();
    await untilState(page, 'queued');
    await page.goto('/done/');
    await site.heal();
    const other = await context.newPage();
    await other.goto('/other/');
    await site.whenEffects(1);
    await expect.poll(() => storageDump(other)).not.toContain('Twenty chairs');
    await page.goBack();
    await untilIdle(page);
    expect(await listed(page)).toEqual([]);
    expect(await storageDump(page)).not.toContain('Twenty chairs');
  },
);
