import type { Page } from '@playwright/test';
import type { Options } from '../../src/options.js';
import type { ConnectionState } from '../../src/types.js';
import { json } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { screen } from '../support/screens.js';
import { startSite } from '../support/site.js';
import { watch } from '../support/watched.js';

const health = { path: '/health/' };

interface Case {
  what: string;
  state: ConnectionState;
  says: string;
  options?: Options;
  strike(site: Site, page: Page): unknown;
}

const failing: Case[] = [
  {
    what: 'no route',
    state: 'unreachable',
    says: 'Server not reachable',
    strike: (_, page) => page.context().setOffline(true),
  },
  {
    what: 'a connection refused',
    state: 'unreachable',
    says: 'Server not reachable',
    strike: (site) => site.stop(),
  },
  {
    what: 'a server that accepts and never answers',
    state: 'unreachable',
    says: 'Server not reachable',
    options: { health: { timeout: 2000 } },
    strike: (site) => site.fault('hang', health),
  },
  {
    what: 'a connection reset',
    state: 'unreachable',
    says: 'Server not reachable',
    strike: (site) => site.fault('reset-head', health),
  },
  {
    what: 'an answer cut short',
    state: 'down',
    says: 'The server has a problem',
    strike: (site) => site.fault('cut', health),
  },
  {
    what: 'a gateway without its server',
    state: 'down',
    says: 'The server has a problem',
    strike: (site) => site.fault({ status: 502, body: '<h1>Bad gateway</h1>' }, health),
  },
  {
    what: 'a server that says itself that it fails',
    state: 'down',
    says: 'The server has a problem',
    strike: (site) => (site.health = json({ status: 'fail' })),
  },
  {
    what: 'a captive portal',
    state: 'intercepted',
    says: 'No proper answer from the server',
    strike: (site) => site.fault('portal'),
  },
  {
    what: 'a redirect to the sign-in page',
    state: 'signed-out',
    says: 'You are signed out',
    strike: (site) => site.fault({ redirect: '/login/?next=/health/' }, health),
  },
];

for (const { what, state, says, options = {}, strike } of failing) {
  test(
    `${what} is ${state}, nothing is sent into it, and its end is seen`,
    { tag: '@C01' },
    async ({ page, site }) => {
      const watched = await watch(page, site, { options });
      await watched.until('online');
      await expect(screen(page).indicator).toBeHidden();
      await strike(site, page);
      await page.clock.fastForward(31_000);
      await watched.until(state);
      await expect(screen(page).indicator).toHaveText(says);
      expect(await watched.told()).toEqual(['online', state]);

      await page.getByLabel('title').fill('Ten hooks');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForSelector('form[data-resilient-state="queued"]');
      expect(site.posts).toHaveLength(0);

      await page.context().setOffline(false);
      site.health = 'pass';
      await site.heal();
      expect(await watched.check()).toBe('online');
      await site.whenEffects(1);
      await expect(screen(page).indicator).toBeHidden();
      expect(site.posts).toHaveLength(1);
    },
  );
}

test('a redirect to another origin is intercepted', { tag: '@C01' }, async ({ page, site }) => {
  const elsewhere = await startSite();
  const watched = await watch(page, site);
  await watched.until('online');
  site.fault({ redirect: elsewhere.url('/health/') }, health);
  await page.clock.fastForward(31_000);
  await watched.until('intercepted');
  expect(await watched.told()).toEqual(['online', 'intercepted']);
  await elsewhere.close();
});

for (const { what, options = {}, strike } of [
  { what: 'a server that warns', strike: (site: Site) => void (site.health = 'warn') },
  {
    what: 'a slow answer',
    options: { health: { slow: 1500 } },
    strike: (site: Site) => site.fault({ delay: 2000 }, health),
  },
]) {
  test(`${what} is degraded, and the browser sends all the same`, { tag: '@C01' }, async ({ page, site }) => {
    const watched = await watch(page, site, { options });
    await watched.until('online');
    strike(site);
    await page.clock.fastForward(31_000);
    await watched.until('degraded');
    await expect(screen(page).indicator).toBeHidden();
    await page.getByLabel('title').fill('Ten hooks');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
  });
}
