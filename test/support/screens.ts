import type { Locator, Page } from '@playwright/test';
import { htmlPage } from './answers.js';
import { expect, type Site } from './fixtures.js';
import { formMarkup, scriptTag, type FormMarkup } from './markup.js';

/** The parts of the interface, as a person meets them. */
export const screen = (page: Page) => {
  const ui = page.locator('resilient-ui');
  return {
    ui,
    /** What can be seen; what is read out is in the live regions besides. */
    seen: ui.locator('.toast, .panel'),
    /** What a screen reader is given. */
    live: ui.locator('[role=status], [role=alert]'),
    indicator: ui.locator('.indicator'),
    toasts: ui.locator('.toast'),
    toast: (text: string | RegExp): Locator => ui.locator('.toast').filter({ hasText: text }),
    panel: ui.locator('.panel'),
    rows: ui.locator('.rows .row'),
    /** What was sent while the page was open. */
    past: ui.locator('.past .row'),
    form: page.locator('form[data-resilient]'),
  };
};

export interface OrderPage extends Partial<FormMarkup> {
  /** Data attributes of the script tag. */
  options?: Record<string, string>;
  /** For people: the heading over the form. @default 'New order' */
  title?: string;
  head?: string;
  lang?: string;
  dir?: 'ltr' | 'rtl';
}

/** A page with one form that posts to its own address and nothing on it that axe could complain of. */
export function orderPage(site: Site, path: string, order: OrderPage = {}): void {
  const {
    options = {},
    title = 'New order',
    head = '',
    dir = 'ltr',
    fields = ['title', 'note'],
    ...rest
  } = order;
  site.page(path, () =>
    htmlPage({
      title: 'Orders',
      head: `<meta name="viewport" content="width=device-width">${head}${scriptTag(options)}`,
      body: `<main dir="${dir}"><h1>${title}</h1>${formMarkup({ fields, ...rest })}</main>`,
    }),
  );
}

/** The server is gone, and the person has been told so. */
export async function lose(page: Page, site: Site): Promise<void> {
  await site.stop();
  // While all is well the next question is half a minute away.
  await page.clock.runFor(30_000);
  await untilState(page, 'Server not reachable');
}

/** Lets the clock run until the indicator says so. The clock must be installed. */
export async function untilState(page: Page, words: string): Promise<void> {
  const { indicator } = screen(page);
  await expect(async () => {
    await page.clock.runFor(2000);
    await expect(indicator).toContainText(words, { timeout: 2000 });
  }).toPass();
}

/** The server is there again, and the page has asked it. */
export async function comeBack(page: Page, site: Site): Promise<void> {
  const before = site.probes.length;
  await site.start();
  await expect(async () => {
    await page.clock.runFor(5000);
    expect(site.probes.length).toBeGreaterThan(before);
  }).toPass();
}

/** Opened with a clock that the test moves; the form is enhanced and the server has answered. */
export async function open(page: Page, path: string): Promise<void> {
  await page.clock.install();
  await page.goto(path);
  await page.locator('form[data-resilient-state]').waitFor();
}

export async function fill(page: Page, title = 'Twenty chairs'): Promise<void> {
  await page.getByLabel('title').fill(title);
  await page.locator('form[data-resilient-state="draft"]').waitFor();
}

export const submit = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save' }).click();

/** One submission waits on a page whose server is gone. */
export async function queue(page: Page, site: Site, title?: string): Promise<void> {
  await lose(page, site);
  await page.getByLabel('title').fill(title ?? 'Twenty chairs');
  await submit(page);
  await page.locator('form[data-resilient-state="queued"]').waitFor();
}
