import type { BrowserContext, Page } from '@playwright/test';
import type { OpenBrowser } from '../support/browser.js';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs } from '../support/outbox.js';
import { freezeAt, stepsOf, watchSteps, type StepName } from '../support/steps.js';

/*
 * O01 by fault injection: the page is frozen at each step between the click and the deletion of the entry, in the middle
 * of the very call, and killed there. The lists below are all the steps there are: a test says so.
 */

test.use({ siteOptions: { declaresIdempotency: true } });

interface Flow {
  delivery: 'native' | 'fetch';
  /** `away` when it is submitted, and back as soon as it is queued. */
  server: 'there' | 'away';
  steps: readonly StepName[];
}

const atServer = ['request arrived', 'handled, not answered'] as const;
const stored = ['submission written', 'submission stored'] as const;
const claimed = ['claim written', 'claim stored', 'request leaves', 'answer came'] as const;
const waits = ['outcome written', 'outcome stored'] as const;
const deleted = ['deletion written', 'deletion stored'] as const;

const flows: Record<string, Flow> = {
  'by fetch': { delivery: 'fetch', server: 'there', steps: [...stored, ...claimed, ...deleted] },
  'by the browser': {
    delivery: 'native',
    server: 'there',
    steps: [
      ...stored,
      'marker set',
      'browser told to send',
      'settlement noted',
      ...deleted,
      'marker cleared',
    ],
  },
  'queued while the server is away, then replayed': {
    delivery: 'native',
    server: 'away',
    steps: [...stored, ...waits, ...claimed, ...deleted],
  },
};

function serve(site: Site, { delivery }: Flow): void {
  const attributes = `data-resilient data-resilient-delivery="${delivery}"`;
  site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
  site.page('/done/', `<!doctype html><title>Done</title>${scriptTag()}<h1>Thank you</h1>`);
}

/** Types, waits until that is stored, and submits. */
async function submit(page: Page, site: Site, { server }: Flow): Promise<void> {
  if (server === 'away') await page.clock.install();
  await page.goto(site.url('/orders/'));
  await page.getByLabel('title').fill('Twenty chairs');
  await page.waitForSelector(formIs('draft'));
  let isAway = server === 'away';
  site.fault({ status: 503 }, { when: ({ path }) => isAway && path !== '/step/' });
  if (isAway) await page.clock.fastForward(5000);
  // Not waited for: what it leads to may never come.
  await page.getByRole('button', { name: 'Save' }).click({ noWaitAfter: true });
  if (!isAway) return;
  void page
    .waitForSelector(formIs('queued'))
    .then(() => (isAway = false))
    .then(() => check(page))
    .catch(() => undefined);
}

/** What a person finds who comes back: the form with what was typed, or an entry; and it arrives once. */
async function arrivesOnce(page: Page, site: Site, step: string): Promise<void> {
  await page.goto(site.url('/orders/'));
  if (step === 'submission written') {
    await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/done/');
  }
  await site.whenEffects(1);
  await expect.poll(() => entriesOf(page)).toEqual([]);
  expect(site.effects.map(({ fields }) => fields)).toEqual([[['title', 'Twenty chairs']]]);
  expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  await expect.poll(() => storageDump(page)).not.toContain('Twenty chairs');
}

/** Ends the tab, or the whole browser; opens a new one a minute later, when what a browser was sending is anybody's. */
type End = (tools: { context: BrowserContext; openBrowser: OpenBrowser }) => Promise<{
  page: Page;
  die: () => Promise<Page>;
}>;

/** At which steps; what a transaction had not committed is as good as gone, however the page ends. */
const ends: Record<string, { end: End; at: (step: string) => boolean }> = {
  'the tab dies': {
    at: () => true,
    end: async ({ context }) => {
      const page = await context.newPage();
      const die = async () => {
        await page.close();
        return context.newPage();
      };
      return { page, die };
    },
  },
  'the browser is killed': {
    at: (step) => !step.endsWith('written'),
    end: async ({ openBrowser }) => {
      const { page, profile, kill } = await openBrowser();
      const die = async () => {
        await kill();
        return (await openBrowser({ profile })).page;
      };
      return { page, die };
    },
  },
};

for (const [title, flow] of Object.entries(flows)) {
  for (const [how, { end, at }] of Object.entries(ends)) {
    for (const step of [...flow.steps, ...atServer].filter(at)) {
      test(
        `${title}: ${how} at "${step}", and it arrives once`,
        { tag: '@O01' },
        async ({ context, openBrowser, site }) => {
          serve(site, flow);
          const { page, die } = await end({ context, openBrowser });
          await watchSteps(page, site);
          const frozen = freezeAt(site, step);
          await submit(page, site, flow);
          await frozen.reached();
          const next = await die();
          frozen.over();
          await site.heal();
          await next.clock.install({ time: Date.now() + 61_000 });
          await arrivesOnce(next, site, step);
        },
      );
    }
  }

  test(`${title}: these are all the steps`, { tag: '@O01' }, async ({ page, site }) => {
    serve(site, flow);
    await watchSteps(page, site);
    await submit(page, site, flow);
    await site.whenEffects(1);
    await expect.poll(() => stepsOf(site).length).toBeGreaterThanOrEqual(flow.steps.length);
    await expect(async () => expect(await entriesOf(page)).toEqual([])).toPass();
    expect(stepsOf(site)).toEqual(flow.steps);
  });
}
