import type { Page } from '@playwright/test';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import {
  check,
  discard,
  entriesOf,
  entryOf,
  find,
  formIs,
  hear,
  purge,
  queue,
  retry,
} from '../support/outbox.js';

async function open(page: Page, site: Site, attributes = 'data-resilient') {
  site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
  const heard = await hear(page);
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  return heard;
}

const fields = [['title', 'Twenty chairs']];

test('what is held goes out when a person sends it again', { tag: '@O17' }, async ({ page, site }) => {
  await open(page, site);
  await queue(page, site);
  await site.start();
  site.fault({ status: 422, body: 'no' }, { method: 'POST' });
  await check(page);
  await page.waitForSelector(formIs('held'));
  await site.heal();
  await retry(page, (await entryOf(page)).id);
  await page.waitForSelector(formIs('sent'));
  expect(site.effects.map((effect) => effect.fields)).toEqual([fields]);
  expect(await entriesOf(page)).toEqual([]);
});

test('what is given up is never sent, and is a draft again', { tag: '@O17' }, async ({ page, site }) => {
  const heard = await open(page, site);
  await queue(page, site);
  await discard(page, (await entryOf(page)).id);
  await expect.poll(() => heard.at(-1)).toMatchObject({ name: 'discarded', state: 'discarded' });
  expect(await entriesOf(page)).toEqual([]);
  await find(page, site);
  await page.clock.fastForward(400_000);
  await check(page);
  expect(site.posts).toHaveLength(0);
  await page.reload();
  await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
});

test(
  'the export has everything that waits, with the bytes of files',
  { tag: '@O17' },
  async ({ page, site }) => {
    const buttons = '<input type="file" name="up"><button>Save</button>';
    const attributes = 'data-resilient="order" enctype="multipart/form-data" aria-label="New order"';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes, buttons });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    const buffer = Buffer.alloc(70_000, 'chair');
    await page.locator('[name=up]').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer });
    await queue(page, site);
    const exported = await page.evaluate(() =>
      (
        window as unknown as { ResilientForms: { instance: { outbox: { export(): Promise<unknown[]> } } } }
      ).ResilientForms.instance.outbox.export(),
    );
    expect(JSON.parse(JSON.stringify(exported))).toMatchObject([
      {
        url: site.url('/orders/'),
        form: 'New order',
        state: 'waiting',
        fields: [
          ['title', 'Twenty chairs'],
          ['up', { name: 'list.txt', type: 'text/plain', base64: buffer.toString('base64') }],
          ['idempotency_key', (await entryOf(page)).id],
        ],
      },
    ]);
  },
);

test('after a purge nothing is left to find or to send', { tag: '@D21' }, async ({ page, site }) => {
  await open(page, site);
  await queue(page, site);
  expect(await storageDump(page)).toContain('Twenty chairs');
  await purge(page);
  expect(await entriesOf(page)).toEqual([]);
  expect(await storageDump(page)).not.toContain('Twenty chairs');
  await find(page, site);
  await page.clock.fastForward(400_000);
  await check(page);
  expect(site.posts).toHaveLength(0);
});

for (const answer of ['send it again', 'give it up'] as const) {
  test(
    `where the page says "ask", a dropped answer is asked about: ${answer}`,
    { tag: '@O01' },
    async ({ page, site }) => {
      const heard = await open(page, site, 'data-resilient data-resilient-unknown="ask"');
      await queue(page, site);
      await site.start();
      site.fault('commit-then-drop', { method: 'POST' });
      await check(page);
      await page.waitForSelector(formIs('held'));
      const { id, reason } = await entryOf(page);
      expect(reason).toBe('unknown');
      expect(heard.filter(({ name }) => name === 'attempt')).toHaveLength(1);
      const delivered = site.posts.length;
      await find(page, site);
      await page.clock.fastForward(400_000);
      await check(page);
      expect(site.posts).toHaveLength(delivered);
      await (answer === 'give it up' ? discard : retry)(page, id);
      await expect.poll(() => entriesOf(page)).toEqual([]);
      expect(heard.at(-1)?.name).toBe(answer === 'give it up' ? 'discarded' : 'sent');
      expect(site.posts.length - delivered).toBe(answer === 'give it up' ? 0 : 1);
      // The server de-duplicates; what it had, it had.
      expect(site.effects).toHaveLength(1);
    },
  );
}

/** A native submission whose answer never came, on a page loaded after the browser gave up on it. */
async function unanswered(page: Page, site: Site): Promise<void> {
  await page.waitForSelector(formIs('draft'));
  await check(page);
  const gate = site.hold({ method: 'POST', times: 1 }, 'answer');
  await page.getByRole('button', { name: 'Save' }).click({ noWaitAfter: true });
  await site.whenHeld(gate);
  await page.goto('/orders/');
  gate.release();
}

test(
  'a native submission of unknown result is asked about where the server is not known to de-duplicate',
  { tag: '@O01' },
  async ({ page, site }) => {
    site.dedupes = false;
    const heard = await open(page, site);
    await unanswered(page, site);
    await expect.poll(() => heard.at(-1)).toMatchObject({ name: 'held', reason: 'unknown' });
    await page.clock.fastForward(400_000);
    await check(page);
    expect(site.posts).toHaveLength(1);
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'a native submission of unknown result is sent again where the server says that it de-duplicates',
  { tag: '@O01' },
  async ({ page, site }) => {
    site.declaresIdempotency = true;
    const heard = await open(page, site);
    await unanswered(page, site);
    await expect.poll(() => heard.at(-1)?.name).toBe('sent');
    expect(site.posts).toHaveLength(2);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
    expect(site.effects).toHaveLength(1);
    expect(heard.filter(({ name }) => name === 'held')).toEqual([]);
  },
);

test(
  'a native submission of unknown result is sent again where the server gave proof before',
  { tag: '@O01' },
  async ({ page, site }) => {
    site.proof = 'cookie';
    const heard = await open(page, site);
    await queue(page, site);
    await find(page, site);
    await page.waitForSelector(formIs('sent'));
    await page.reload();
    await page.getByLabel('title').fill('Thirty chairs');
    await unanswered(page, site);
    await expect.poll(() => site.posts.length).toBe(3);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.effects).toHaveLength(2);
    expect(heard.filter(({ name }) => name === 'held')).toEqual([]);
  },
);

test(
  'an entry older than it may be is held as expired, and never dropped',
  { tag: '@O14' },
  async ({ page, site }) => {
    const heard = await open(page, site);
    await queue(page, site);
    await page.clock.fastForward(8 * 86_400_000);
    await find(page, site);
    await page.waitForSelector(formIs('held'));
    expect(heard.at(-1)).toMatchObject({ name: 'held', reason: 'expired' });
    expect(site.posts).toHaveLength(0);
    await retry(page, (await entryOf(page)).id);
    await site.whenEffects(1);
  },
);
