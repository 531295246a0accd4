import type { Page } from '@playwright/test';
import { text } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, entryOf, find, hear, queue } from '../support/outbox.js';

const minute = 60_000;
const day = 1440 * minute;

/** Queues a submission whose first answer says when to come back, and sends it. */
async function send(
  page: Page,
  site: Site,
  status: number,
  retryAfter: string,
  watch?: () => Promise<unknown>,
) {
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  site.on('POST', '/orders/', (request) => {
    if (site.posts.length > 1) {
      request.apply();
      return { status: 204 };
    }
    const answer = text(status, 'later');
    return { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } };
  });
  const heard = await hear(page);
  // The server's clock and the page's are one.
  await page.clock.install({ time: Date.now() });
  // Over the page's clock, not under it.
  await watch?.();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  await queue(page, site);
  await find(page, site);
  return heard;
}

/** As `send`, and the answer is there and understood. */
async function askedToWait(...given: Parameters<typeof send>) {
  const [, , status] = given;
  const heard = await send(...given);
  await expect.poll(() => heard.some(({ response }) => response?.status === status)).toBe(true);
}

/** Runs in the page: the delays of all its timers. */
function keepDelays(): void {
  const { setTimeout } = window;
  const delays: number[] = [];
  Object.assign(window, { delays });
  window.setTimeout = ((task: () => void, delay = 0) => {
    delays.push(delay);
    return setTimeout(task, delay);
  }) as typeof setTimeout;
}

/** The connection is seen to work, and whatever was due has been tried. */
async function look(page: Page): Promise<void> {
  await check(page);
  expect(await entriesOf(page)).toHaveLength(1);
}

for (const status of [429, 503]) {
  test(
    `${status} with seconds: nothing is sent before, and it is sent after`,
    { tag: ['@O10', '@C09'] },
    async ({ page, site }) => {
      await askedToWait(page, site, status, '120');
      await page.clock.fastForward(1.5 * minute);
      await look(page);
      expect(site.posts).toHaveLength(1);
      await page.clock.fastForward(minute);
      await check(page);
      await site.whenEffects(1);
      expect(site.posts).toHaveLength(2);
    },
  );
}

test('a date is respected as seconds are', { tag: '@C09' }, async ({ page, site }) => {
  await askedToWait(page, site, 503, new Date(Date.now() + 10 * minute).toUTCString());
  await page.clock.fastForward(8 * minute);
  await look(page);
  expect(site.posts).toHaveLength(1);
  await page.clock.fastForward(3 * minute);
  await check(page);
  await site.whenEffects(1);
});

test('what cannot be understood is as if it were not there', { tag: '@C09' }, async ({ page, site }) => {
  await send(page, site, 503, 'after lunch');
  await site.whenPosts(1);
  await page.clock.fastForward(minute);
  await site.whenEffects(1);
});

test(
  'a day is waited for over a reload, in steps and not by one timer',
  { tag: '@C09' },
  async ({ page, site }) => {
    await askedToWait(page, site, 429, '86400', () => page.addInitScript(keepDelays));
    const { createdAt } = await entryOf(page);
    await page.reload();
    await look(page);
    await page.clock.fastForward(minute);
    await look(page);
    expect(site.posts).toHaveLength(1);
    const longest = await page.evaluate(() =>
      Math.max(...(window as unknown as { delays: number[] }).delays),
    );
    expect(longest).toBeLessThanOrEqual(5 * minute);
    // The wait for the day is among them, a step of it.
    expect(longest).toBeGreaterThan(4 * minute);
    await page.clock.fastForward(createdAt + day - Date.now());
    await check(page);
    await site.whenEffects(1);
    expect(site.posts).toHaveLength(2);
  },
);

test('a year is a mistake: a day is the most that is waited', { tag: '@C09' }, async ({ page, site }) => {
  await askedToWait(page, site, 503, '31536000');
  await page.clock.fastForward(day + minute);
  await check(page);
  await site.whenEffects(1);
});
