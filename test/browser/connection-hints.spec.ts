import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.js';
import { screen } from '../support/screens.js';
import { watch } from '../support/watched.js';

const health = { path: '/health/' };

/** What the browser says of its network and of the page's visibility, by the test's word alone. */
async function override(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const said = { onLine: true, visibilityState: 'visible' };
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => said.onLine });
    Object.defineProperty(Document.prototype, 'visibilityState', { get: () => said.visibilityState });
    addEventListener('said', (event) => Object.assign(said, (event as CustomEvent<object>).detail));
  });
}

const say = (page: Page, what: { onLine?: boolean; visibilityState?: string }): Promise<void> =>
  page.evaluate((detail) => {
    dispatchEvent(new CustomEvent('said', { detail }));
    if ('onLine' in detail) dispatchEvent(new Event(detail.onLine ? 'online' : 'offline'));
    else document.dispatchEvent(new Event('visibilitychange'));
  }, what);

test(
  'the browser says offline, the server answers: it is online',
  { tag: '@C02' },
  async ({ page, site }) => {
    await override(page);
    const watched = await watch(page, site);
    await watched.until('online');
    await page.clock.fastForward(10_000);
    const before = site.probes.length;
    await say(page, { onLine: false });
    await site.whenProbes(before + 1);
    await page.getByLabel('title').fill('Ten hooks');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
    await page.goBack();
    expect(await watched.told()).toEqual(['online']);
  },
);

test(
  'the browser says online, no server answers: it is unreachable',
  { tag: '@C02' },
  async ({ page, site }) => {
    const watched = await watch(page, site);
    await watched.until('online');
    await site.stop();
    await page.clock.fastForward(31_000);
    await watched.until('unreachable');
    expect(await page.evaluate(() => navigator.onLine)).toBe(true);
  },
);

test(
  'a network that comes back is not online before the server has answered',
  { tag: '@C02' },
  async ({ page, site }) => {
    await override(page);
    const watched = await watch(page, site);
    await watched.until('online');
    await site.stop();
    await say(page, { onLine: false });
    await watched.until('unreachable');
    await say(page, { onLine: true });
    await site.start();
    const gate = site.hold(health);
    await site.whenHeld(gate);
    expect((await watched.status()).state).toBe('unreachable');
    gate.release();
    await watched.until('online');
  },
);

test(
  'waking, showing, focus and the network together are one probe within a second',
  { tag: '@C05' },
  async ({ page, site }) => {
    const watched = await watch(page, site);
    await watched.until('online');
    await watched.quiet();
    const before = site.probes.length;
    await page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange'));
      for (const name of ['pageshow', 'focus', 'online', 'focus']) dispatchEvent(new Event(name));
    });
    await page.clock.runFor(1000);
    await site.whenProbes(before + 1);
    await page.clock.runFor(5000);
    await watched.settled();
    expect(site.probes).toHaveLength(before + 1);
  },
);

for (const hint of ['pageshow', 'focus', 'online', 'offline']) {
  test(`${hint} alone is a probe within a second`, { tag: '@C05' }, async ({ page, site }) => {
    const watched = await watch(page, site);
    await watched.until('online');
    await watched.quiet();
    const before = site.probes.length;
    await page.evaluate((name) => dispatchEvent(new Event(name)), hint);
    await page.clock.runFor(1000);
    await site.whenProbes(before + 1);
  });
}

test(
  'after sleep the server is asked at once, and no failure is shown before its answer',
  { tag: '@C05' },
  async ({ page, site }) => {
    const watched = await watch(page, site);
    await watched.until('online');
    // The way to the server is not up yet: the first answer after waking is a failure.
    site.fault({ status: 503 }, { ...health, times: 1 });
    const gate = site.hold({ ...health, when: () => site.probes.length > 1 });
    const before = site.probes.length;
    await page.clock.fastForward('08:00:00');
    await site.whenProbes(before + 2);
    await expect(screen(page).indicator).toBeHidden();
    expect(await watched.told()).toEqual(['online']);
    gate.release();
    expect(await watched.check()).toBe('online');
    expect(await watched.told()).toEqual(['online']);
  },
);

test('a failure from before the sleep is not shown after it', { tag: '@C05' }, async ({ page, site }) => {
  await override(page);
  const watched = await watch(page, site);
  await watched.until('online');
  await say(page, { onLine: false });
  const gate = site.hold({ ...health, times: 1 });
  site.fault({ status: 503 }, { ...health, times: 1 });
  const before = site.probes.length;
  await page.clock.fastForward(31_000);
  await site.whenHeld(gate);
  await page.clock.fastForward('08:00:00');
  gate.release();
  await site.whenProbes(before + 2);
  expect(await watched.check()).toBe('online');
  expect(await watched.told()).toEqual(['online']);
});

test(
  'hidden for ten minutes the server is left alone, and asked within a second of being seen',
  { tag: '@C07' },
  async ({ page, site }) => {
    await override(page);
    const watched = await watch(page, site);
    await watched.until('online');
    await say(page, { visibilityState: 'hidden' });
    await page.clock.fastForward(61_000);
    await watched.settled();
    const before = site.probes.length;
    for (let minute = 0; minute < 10; minute += 1) {
      await page.clock.fastForward(60_000);
      await watched.settled();
    }
    expect(site.probes).toHaveLength(before);
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    await say(page, { visibilityState: 'visible' });
    await page.clock.runFor(1000);
    await site.whenProbes(before + 1);
  },
);
