import { test as base } from '@playwright/test';
import { createBrowserOpener } from './browser.js';
import type { OpenBrowser } from './browser.js';
import { startSite } from './site.js';
import type { Site, SiteOptions } from './site.js';

interface Fixtures {
  /** For `test.use({ siteOptions: { … } })`. */
  siteOptions: SiteOptions;
  /** The test's own server; `page.goto('/path')` is relative to it. */
  site: Site;
  /** A browser that the test may kill and open again on the same profile. */
  openBrowser: OpenBrowser;
}

export const test = base.extend<Fixtures>({
  siteOptions: [{}, { option: true }],
  site: async ({ siteOptions }, use) => {
    const site = await startSite(siteOptions);
    await use(site);
    await site.close();
    if (site.errors.length > 0) throw new AggregateError(site.errors, 'handlers of this test threw');
  },
  baseURL: async ({ site }, use) => use(site.origin),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from the pattern.
  openBrowser: async ({}, use) => {
    const opener = await createBrowserOpener();
    await use(opener.open);
    await opener.close();
  },
});

export { expect } from '@playwright/test';
export { storageDump } from './storage-dump.js';
export { watchErrors } from './watch-errors.js';
export { tabKill } from './browser.js';
export type { Site, SiteOptions } from './site.js';
