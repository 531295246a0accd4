import { setImmediate as turn } from 'node:timers/promises';
import { redirect } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import { formMarkup } from '../support/markup.js';
import { watch } from '../support/watched.js';

const count = 50;
const post = { method: 'POST' };

const many = Array.from({ length: count }, (_, index) =>
  formMarkup({
    action: `/orders/${index}/`,
    fields: [`title${index}`],
    values: { [`title${index}`]: `Order ${index}` },
    attributes: `class="many" data-resilient="order-${index}" data-resilient-delivery="fetch"`,
  }),
).join('');

test(
  'fifty waiting behind a failing server: few are tried, then one, then two at a time',
  { tag: '@C10' },
  async ({ page, site }) => {
    let inFlight = 0;
    let most = 0;
    site.on('POST', /^\/orders\/\d+\/$/, async (request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      for (let turns = 0; turns < 20; turns += 1) await turn();
      request.apply();
      inFlight -= 1;
      return redirect('/done/');
    });
    const watched = await watch(page, site, { body: many, options: { retry: { limit: 0 } } });
    await watched.until('online');
    site.fault({ status: 500 }, post);
    await page.evaluate(() => {
      for (const form of document.querySelectorAll<HTMLFormElement>('form.many')) form.requestSubmit();
    });
    await expect.poll(watched.status).toMatchObject({ state: 'online', breaker: 'open', queued: count });
    const tried = site.posts.length;
    expect(tried).toBeGreaterThanOrEqual(5);
    expect(tried).toBeLessThanOrEqual(6);

    // It stays open over a reload, and for the whole minute.
    await page.reload();
    await expect.poll(watched.status).toMatchObject({ state: 'online', breaker: 'open', queued: count });
    await page.clock.fastForward(30_000);
    await watched.settled();
    expect(site.posts).toHaveLength(tried);

    await site.heal();
    const isTrial = () => site.posts.length === tried;
    const trial = site.hold({ ...post, when: isTrial });
    await page.clock.fastForward(31_000);
    await site.whenHeld(trial);
    expect(await watched.check()).toBe('online');
    await watched.settled();
    expect(await watched.status()).toMatchObject({ breaker: 'half-open', queued: count });
    expect(site.posts).toHaveLength(tried + 1);

    const drain = site.hold(post, 'answer');
    trial.release();
    await site.whenHeld(drain, 2);
    await watched.settled();
    expect(site.posts).toHaveLength(tried + 3);
    drain.release();
    await site.whenEffects(count);
    expect(most).toBeLessThanOrEqual(2);
    await expect.poll(watched.status).toMatchObject({ breaker: 'closed', queued: 0, held: 0 });
  },
);

test('a trial that fails opens it again', { tag: '@C10' }, async ({ page, site }) => {
  const options = { retry: { limit: 0 }, breaker: { threshold: 1, timeout: 60_000 } };
  const form = 'data-resilient data-resilient-delivery="fetch"';
  const watched = await watch(page, site, { options, form });
  await watched.until('online');
  site.fault({ status: 500 }, post);
  await page.getByLabel('title').fill('Ten hooks');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(watched.status).toMatchObject({ breaker: 'open' });
  await page.clock.fastForward(60_000);
  await site.whenPosts(2);
  await expect.poll(watched.status).toMatchObject({ breaker: 'open' });
  await page.clock.fastForward(30_000);
  await watched.settled();
  expect(site.posts).toHaveLength(2);
  await site.heal();
  await page.clock.fastForward(31_000);
  await site.whenEffects(1);
  await expect.poll(watched.status).toMatchObject({ breaker: 'closed', queued: 0 });
});
