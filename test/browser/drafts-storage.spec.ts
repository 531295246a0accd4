import type { Page } from '@playwright/test';
import { countEvents, expectFields, untilDraft, untilIdle, untilState } from '../support/drafts.js';
import { expect, test } from '../support/fixtures.js';
import type { Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

/* "Saved" is said only after the transaction, and what cannot be saved is said once. */

const open = async (page: Page, site: Site) => {
  site.form('/orders/', { fields: ['title', 'note'], head: scriptTag() });
  await page.goto('/orders/');
};

test('saved is not said while the transaction is under way', { tag: '@D07' }, async ({ page, site }) => {
  const saved = await countEvents(page, 'draft:saved');
  await page.addInitScript(() => {
    const { put } = IDBObjectStore.prototype;
    const own = window as unknown as { hold: boolean; held: number };
    own.held = 0;
    IDBObjectStore.prototype.put = function (...given) {
      const request = put.apply(this, given);
      if (!own.hold) return request;
      own.held += 1;
      // A transaction stays open as long as it is asked something.
      const again = () => {
        if (own.hold) this.get('nothing').addEventListener('success', again);
      };
      again();
      return request;
    };
  });
  await open(page, site);
  await untilIdle(page);
  await page.evaluate('hold = true');
  await page.getByLabel('title').fill('Twenty chairs');
  await page.waitForFunction('held > 0');
  await untilState(page, 'saving');
  // Long past the delay of a save.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect([await page.locator('form').getAttribute('data-resilient-state'), saved()]).toEqual(['saving', 0]);
  await page.evaluate('hold = false');
  await untilDraft(page);
  expect(saved()).toBe(1);
});

test(
  'no room: said once, tried a few times, and saved when there is room again',
  { tag: '@D07' },
  async ({ page, site }) => {
    const saved = await countEvents(page, 'draft:saved');
    await page.addInitScript(() => {
      const own = window as unknown as { tries: number };
      own.tries = 0;
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (value, key) {
        if ((key as string[])[0] === 'draft') own.tries += 1;
        return put.call(this, value, key);
      };
    });
    const quota = await page.context().newCDPSession(page);
    await quota.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 1 });
    await page.clock.install();
    await open(page, site);
    await untilIdle(page);
    await page.getByLabel('title').fill('Twenty chairs');
    const notice = page.locator('.text', { hasText: 'What you type is not being saved.' });
    await expect(notice).toHaveCount(1);
    // Six tries with growing pauses, each in its own time; then only a further edit tries again.
    for (let tries = 1; tries <= 6; tries += 1) {
      await page.waitForFunction((count) => (window as unknown as { tries: number }).tries === count, tries);
      await untilState(page, 'saving');
      await page.clock.fastForward(60_000);
    }
    await page.clock.fastForward(600_000);
    await page.evaluate(() => ResilientForms!.instance!.drafts.list());
    expect(await page.evaluate('tries')).toBe(6);
    expect(saved()).toBe(0);
    await expect(notice).toHaveCount(1);

    await quota.send('Storage.overrideQuotaForOrigin', { origin: site.origin });
    await page.getByLabel('note').fill('Blue');
    await page.clock.fastForward(5000);
    await untilDraft(page);
    await expect(notice).toHaveCount(0);
    await page.reload();
    await untilDraft(page);
    await expectFields(page, { title: 'Twenty chairs', note: 'Blue' });
  },
);

const broken: [how: string, script: () => void, wait: number][] = [
  [
    'is not allowed',
    () =>
      void (IDBFactory.prototype.open = () => {
        throw new DOMException('denied', 'SecurityError');
      }),
    0,
  ],
  [
    'never opens',
    () => {
      // Another page of the site holds the old database and does not let go, so its deletion waits, and we behind it.
      const request = indexedDB.open('resilient-forms', 1);
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore('records'));
      request.addEventListener('success', () => indexedDB.deleteDatabase('resilient-forms'));
    },
    6000,
  ],
  ['is of a later version', () => void indexedDB.open('resilient-forms', 7), 0],
  ['is without its table', () => void indexedDB.open('resilient-forms', 1), 0],
];

for (const [how, script, wait] of broken) {
  test(
    `a database that ${how}: said once, the draft lives on in the session`,
    { tag: '@D07' },
    async ({ page, site }) => {
      const saved = await countEvents(page, 'draft:saved');
      const errors = await countEvents(page, 'storage:error');
      await page.addInitScript(script);
      await page.clock.install();
      await open(page, site);
      await page.clock.fastForward(wait);
      await page.getByLabel('title').fill('Twenty chairs');
      // Long past the save, which goes to memory.
      await page.clock.fastForward(5000);
      await untilState(page, 'saving');
      await expect(
        page.getByText('This browser stores nothing for this page.', { exact: true }).first(),
      ).toBeVisible();
      expect([errors(), saved()]).toEqual([1, 0]);
      await page.reload();
      await page.clock.fastForward(wait);
      await expectFields(page, { title: 'Twenty chairs' });
      await untilState(page, 'saving');
      expect([errors(), saved()]).toEqual([2, 0]);
      expect(await page.evaluate(() => JSON.stringify(localStorage))).toContain('Twenty chairs');
    },
  );
}
