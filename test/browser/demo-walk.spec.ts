import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import { startDemoProcess } from '../support/demo-process.js';
import { expect, test } from '../support/fixtures.js';

const indicator = (page: Page) => page.locator('.indicator');
const said = (page: Page) => page.locator('.toast');
const formIs = (page: Page, state: string) => page.locator(`form[data-resilient-state="${state}"]`).waitFor();

/** Pictures of what a person sees; they are kept with the results, to be looked at. */
const look = async (page: Page, info: TestInfo, name: string) => {
  await page.screenshot({ path: info.outputPath(`${name}.png`) });
};

test(
  'typed, server stopped, submitted, reloaded, browser killed, both started again: one order, and the page said what was true',
  { tag: ['@O01', '@D05'] },
  async ({ openBrowser }, info) => {
    test.setTimeout(180_000);
    const dataDir = await mkdtemp(join(tmpdir(), 'demo-walk-'));
    let demo = await startDemoProcess(dataDir);
    const { origin } = demo;
    const received = async () =>
      ((await (await fetch(`${origin}/received.json`)).json()) as { orders: { customer: string }[] }).orders;

    const first = await openBrowser();
    let { page } = first;
    await page.goto(`${origin}/orders/new/`);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Bags').fill('3');
    await page.getByLabel('Note', { exact: true }).fill('By the back door');
    await formIs(page, 'draft');
    await look(page, info, '1-typed');
    // Until the answer that the page began with is no longer fresh.
    await page.waitForFunction(() => performance.now() > 5000);

    await demo.end('SIGKILL');
    await page.getByRole('button', { name: 'Place order' }).click();
    await formIs(page, 'queued');
    await expect(said(page).filter({ hasText: /safe on this device/i })).toBeVisible();
    await expect(indicator(page)).toContainText('1 waiting');
    await look(page, info, '2-queued');

    await page.reload().catch(() => undefined);
    await look(page, info, '3-reloaded-without-server');
    await first.kill();

    demo = await startDemoProcess(dataDir, new URL(origin).port);
    expect(await received()).toHaveLength(0);
    const second = await openBrowser({ profile: first.profile });
    ({ page } = second);
    await page.goto(`${origin}/orders/new/`);
    await expect
      .poll(received, { timeout: 30_000 })
      .toMatchObject([
        { customer: 'Ada Lovelace', quantity: 3, effects: [{ kind: 'order', deliveries: 1 }] },
      ]);
    await expect(said(page).filter({ hasText: /received/i })).toBeVisible();
    await expect(page.getByLabel('Name')).toHaveValue('');
    await look(page, info, '4-sent');
    await page.reload();
    await formIs(page, 'idle');
    expect(await received()).toHaveLength(1);
    await look(page, info, '5-after');

    await second.kill();
    await demo.end('SIGTERM');
    await rm(dataDir, { recursive: true });
  },
);
