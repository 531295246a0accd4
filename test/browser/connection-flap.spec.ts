import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.js';
import { screen } from '../support/screens.js';
import { watch } from '../support/watched.js';

const health = { path: '/health/' };

async function sayOffline(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false }));
}

test('failing and answering ten times in turn is never told', { tag: '@C03' }, async ({ page, site }) => {
  const watched = await watch(page, site);
  await watched.until('online');
  for (let round = 0; round < 10; round += 1) {
    const before = site.probes.length;
    site.fault(round % 2 === 0 ? { status: 503 } : 'portal', { ...health, times: 1 });
    await page.clock.fastForward(31_000);
    // The failure, and what it is confirmed by, or not.
    await site.whenProbes(before + 2);
    expect(await watched.check()).toBe('online');
  }
  expect(await watched.told()).toEqual(['online']);
  await expect(screen(page).indicator).toBeHidden();
});

test('a late failure changes nothing after a newer success', { tag: '@C03' }, async ({ page, site }) => {
  // The browser says offline: one failure is enough to be told.
  await sayOffline(page);
  const watched = await watch(page, site, {
    // And one attempt is all there is, so that the failure stays the older one.
    options: { retry: { limit: 0 }, breaker: { threshold: 1 } },
    form: 'data-resilient data-resilient-delivery="fetch"',
  });
  await watched.until('online');
  const gate = site.hold({ path: '/orders/', method: 'POST' });
  site.fault('reset-body', { path: '/orders/', method: 'POST' });
  await page.getByLabel('title').fill('Ten hooks');
  await page.getByRole('button', { name: 'Save' }).click();
  await site.whenHeld(gate);
  expect(await watched.check()).toBe('online');
  gate.release();
  await page.waitForSelector('form[data-resilient-state="queued"]');
  expect(await watched.told()).toEqual(['online']);
  await site.heal();
  await page.clock.fastForward(61_000);
  await site.whenEffects(1);
});

test('the first probe ever failing is told', { tag: '@C04' }, async ({ page, site }) => {
  site.fault({ status: 503 }, health);
  const watched = await watch(page, site);
  await watched.until('down');
  await expect(screen(page).indicator).toHaveText('The server has a problem');
  expect(await watched.told()).toEqual(['down']);
  expect(site.probes.length).toBeLessThanOrEqual(3);
});

for (const { how, go } of [
  { how: 'a reload', go: (page: Page) => page.reload() },
  { how: 'a link', go: (page: Page) => page.getByRole('link', { name: 'Next' }).click() },
  { how: 'signing out', go: (page: Page) => page.getByRole('button', { name: 'Sign out' }).click() },
  { how: 'the way of a submission', go: (page: Page) => page.getByRole('button', { name: 'Save' }).click() },
]) {
  test(`${how} never flashes a lost connection`, { tag: '@C06' }, async ({ page, site }) => {
    await sayOffline(page);
    await page.addInitScript(sayWhenProbesFail);
    const watched = await watch(page, site, {
      body: `<a href="/done/">Next</a>
        <form method="post" action="/logout/" data-resilient-sign-out><button>Sign out</button></form>`,
    });
    await watched.until('online');
    const probe = site.hold(health);
    site.fault('reset-body', health);
    const left = site.hold({ when: ({ path }) => path !== '/health/' && path !== '/failed/' });
    await page.evaluate(() => void ResilientForms!.instance!.connection.check());
    await site.whenHeld(probe);
    const gone = go(page);
    await site.whenHeld(left);
    probe.release();
    await site.whenRequest(({ path }) => path === '/failed/');
    await site.heal();
    const next = page.waitForEvent('domcontentloaded');
    left.release();
    await Promise.all([gone, next]);
    expect(await watched.told()).toEqual(['online']);
  });
}

/** While a navigation waits for its answer nothing can be asked of the page: it has to say so itself. */
function sayWhenProbesFail(): void {
  const { fetch } = window;
  window.fetch = async (...given) => {
    try {
      return await fetch(...given);
    } catch (error) {
      setTimeout(() => navigator.sendBeacon('/failed/'));
      throw error;
    }
  };
}
