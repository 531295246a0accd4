import { expect, test } from '../support/fixtures.js';
import { screen } from '../support/screens.js';
import { watch } from '../support/watched.js';

const health = { path: '/health/' };
const minute = 60_000;

for (const { what, header } of [
  { what: 'in seconds', header: () => '300' },
  { what: 'as a date', header: () => new Date(Date.now() + 5 * minute).toUTCString() },
]) {
  test(
    `Retry-After ${what} is told at once, holds hints off, and survives a reload`,
    { tag: '@C09' },
    async ({ page, site }) => {
      const start = Date.now();
      site.fault({ status: 503, headers: { 'retry-after': header() } }, health);
      const watched = await watch(page, site);
      await watched.until('down');
      await expect(screen(page).indicator).toHaveText('The server has a problem');
      expect(site.probes).toHaveLength(1);
      const { nextCheckAt } = await watched.status();
      expect(nextCheckAt).toBeGreaterThanOrEqual(start + 5 * minute - 1000);
      expect(nextCheckAt).toBeLessThanOrEqual(Date.now() + 5 * minute + 1000);

      await page.clock.fastForward(2 * minute);
      await page.evaluate(() =>
        ['online', 'focus', 'pageshow'].forEach((name) => dispatchEvent(new Event(name))),
      );
      await page.clock.fastForward(1000);
      await watched.settled();
      expect(site.probes).toHaveLength(1);

      await page.reload();
      await expect.poll(async () => (await watched.status()).nextCheckAt).toBe(nextCheckAt);
      await page.clock.fastForward(minute);
      await watched.settled();
      expect(site.probes).toHaveLength(1);

      await site.heal();
      await page.clock.fastForward(3 * minute);
      await site.whenProbes(2);
      await watched.until('online');
    },
  );
}

for (const header of ['soon', '-5', '1.5', '']) {
  test(
    `a Retry-After of "${header}" is none: a second failure is waited for, then the server is asked as usual`,
    { tag: '@C09' },
    async ({ page, site }) => {
      site.fault({ status: 503, headers: { 'retry-after': header } }, health);
      const watched = await watch(page, site);
      await watched.until('down');
      expect(site.probes.length).toBeGreaterThanOrEqual(2);
      const before = site.probes.length;
      await page.clock.fastForward(31_000);
      await site.whenProbes(before + 1);
    },
  );
}

for (const header of ['86400', '999999999']) {
  test(
    `a Retry-After of ${header} seconds waits a day at most, on short timers, and ends when a person asks`,
    { tag: '@C09' },
    async ({ page, site }) => {
      site.fault({ status: 503, headers: { 'retry-after': header } }, health);
      await page.addInitScript(() => {
        const timers: number[] = [];
        Object.assign(window, { timers });
        // The clock of the test is in place by then: this notes what the page asks of it.
        document.addEventListener(
          'readystatechange',
          () => {
            const { setTimeout } = window;
            Object.assign(window, {
              setTimeout: (task: () => void, wait = 0) => (timers.push(wait), setTimeout(task, wait)),
            });
          },
          { once: true },
        );
      });
      const watched = await watch(page, site);
      await watched.until('down');
      const { nextCheckAt = 0 } = await watched.status();
      const ahead = nextCheckAt - (await page.evaluate(() => Date.now()));
      expect(ahead).toBeGreaterThan(23 * 60 * minute);
      expect(ahead).toBeLessThanOrEqual(24 * 60 * minute);
      await page.clock.fastForward('12:00:00');
      await page.reload();
      // Read from the storage before time goes on: a storage that takes hours to open is given up.
      await expect.poll(async () => (await watched.status()).nextCheckAt).toBe(nextCheckAt);
      await page.clock.fastForward('11:00:00');
      await watched.settled();
      expect(site.probes).toHaveLength(1);
      const timers = await page.evaluate(() => (window as unknown as { timers: number[] }).timers);
      expect(timers.length).toBeGreaterThan(0);
      expect(Math.max(...timers)).toBeLessThanOrEqual(5 * minute);

      await site.heal();
      expect(await watched.check()).toBe('online');
      await page.clock.fastForward(31_000);
      await site.whenProbes(3);
    },
  );
}
