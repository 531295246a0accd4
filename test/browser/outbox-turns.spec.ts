import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, queue } from '../support/outbox.js';
import { watch } from '../support/watched.js';

test(
  'the tab that sends is closed in the middle of it: another open tab goes on at once',
  { tag: '@O13' },
  async ({ context, page, site }) => {
    site.declaresIdempotency = true;
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Twenty chairs');
    await queue(page, site);
    await site.start();
    const gate = site.hold({ method: 'POST', times: 1 }, 'answer');
    await check(page);
    await site.whenHeld(gate);
    const other = await context.newPage();
    await other.goto('/orders/');
    await check(other);
    expect(site.posts).toHaveLength(1);
    await page.close();
    await site.whenPosts(2);
    gate.release();
    await expect.poll(() => entriesOf(other)).toEqual([]);
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);

test(
  '"Send now" does not wait for the schedule, but for the pause after many failures, and that is said',
  { tag: '@C10' },
  async ({ page, site }) => {
    const options = { retry: { limit: 0 }, breaker: { threshold: 2, timeout: 60_000 } };
    const form = 'data-resilient data-resilient-delivery="fetch"';
    const watched = await watch(page, site, { options, form });
    await watched.until('online');
    site.fault({ status: 500, headers: { 'retry-after': '3600' } }, { method: 'POST' });
    await page.getByLabel('title').fill('Ten hooks');
    await page.getByRole('button', { name: 'Save' }).click();
    await site.whenPosts(1);
    await page.getByRole('button', { name: '1 waiting' }).click();
    // As the server asked, not as the schedule has it.
    await expect(page.getByText(/^Next try in (1 hour|59 minutes)\.$/)).toBeVisible();
    const send = page.getByRole('button', { name: 'Send now' });
    await send.click();
    await expect.poll(watched.status).toMatchObject({ breaker: 'open' });
    expect(site.posts).toHaveLength(2);
    await expect(
      page.getByText(/^Sending pauses after several failures and goes on in (1 minute|\d+ seconds)\.$/),
    ).toBeVisible();
    await send.click();
    await watched.check();
    await watched.settled();
    expect(site.posts).toHaveLength(2);
    await site.heal();
    await page.clock.fastForward(61_000);
    await site.whenEffects(1);
  },
);
