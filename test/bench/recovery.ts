import type { Browser } from '@playwright/test';
import { scriptTag } from '../support/markup.js';
import type { Site } from '../support/site.js';
import { median } from './keystroke.js';

const outage = 10_000;
const rounds = 5;

/** From the moment the server listens again to the first replay that reaches it, milliseconds, after an outage of 10 s. */
export async function measureRecovery(browser: Browser, site: Site): Promise<string[][]> {
  site.form('/recovery/', { fields: ['title'], head: scriptTag() });
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.origin}/recovery/`);
    await page.locator('form[data-resilient-state]').waitFor();
    await page.getByLabel('title').fill(`round ${round}`);
    // The reading of the page's start must be stale, so that the outage is seen before the submission goes.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await site.stop();
    const lostAt = Date.now();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-resilient-state="queued"]').waitFor();
    await new Promise((resolve) => setTimeout(resolve, outage - (Date.now() - lostAt)));
    const count = site.posts.length;
    await site.start();
    const backAt = Date.now();
    await site.whenRequest(() => site.posts.length > count, 60_000);
    times.push(Date.now() - backAt);
    await context.close();
  }
  return [
    ['server back → first replay after 10 s, ms:', 'median', 'least', 'most'],
    ['resilient-forms', ...[median(times), Math.min(...times), Math.max(...times)].map(String)],
  ];
}
