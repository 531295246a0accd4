import type { Browser, BrowserContext, Page } from '@playwright/test';
import { makeBook, open } from '../real/admin-pages.js';
import { createWorld, signIn, type Mode, type World } from '../real/admin-world.js';
import { createWire, type Wire } from '../real/wire.js';
import { median } from './keystroke.js';

const saves = 20;
const modes = ['off', 'full', 'dropin'] as const satisfies readonly Mode[];
/** People take longer than a reading is taken for fresh: the server is asked again before the submission. */
const typing = 2500;

interface Measured {
  sent: number;
  received: number;
  requests: number;
  /** From the click to the end of the next page's load, milliseconds. */
  wait: number;
}

interface Seat {
  world: World;
  wire: Wire;
  context: BrowserContext;
  page: Page;
  path: string;
  measured: Measured[];
}

/**
 * What a healthy save in the real admin costs with the SDK and without: a book is opened, changed and saved. Medians,
 * in turns, so that a busy moment of the machine meets all three.
 */
export async function adminOverhead(browser: Browser): Promise<string[][]> {
  const seats: Seat[] = [];
  try {
    for (const mode of modes) seats.push(await takeSeat(browser, mode));
    // The first save of each fills its caches.
    for (let turn = 0; turn <= saves; turn += 1) for (const seat of seats) await save(seat, turn);
  } finally {
    for (const { context, wire, world } of seats) {
      await context.close();
      await wire.close();
      await world.close();
    }
  }
  const row = (title: string, name: keyof Measured) => [
    title,
    ...seats.map(({ measured }) => String(Math.round(median(measured.slice(1).map((one) => one[name]))))),
  ];
  return [
    ['healthy save in the Django admin', 'without', 'full', 'drop-in'],
    row('bytes sent', 'sent'),
    row('bytes received', 'received'),
    row('requests', 'requests'),
    row('ms from click to next page', 'wait'),
  ];
}

async function takeSeat(browser: Browser, mode: Mode): Promise<Seat> {
  const world = await createWorld(mode);
  const wire = await createWire(world.origin);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('click', () => sessionStorage.setItem('clicked', String(Date.now())), true);
  });
  await signIn(page, { ...world, origin: wire.origin });
  const id = await makeBook(world, 'Measured', 3);
  return { world, wire, context, page, path: `/admin/shop/book/${id}/change/`, measured: [] };
}

async function save({ world, wire, page, path, measured }: Seat, turn: number): Promise<void> {
  wire.clear();
  await open(page, { ...world, origin: wire.origin }, path);
  await page.locator('#id_stock').fill(String(turn + 10));
  await page.waitForFunction((until) => performance.now() > until, typing);
  await Promise.all([page.waitForEvent('load'), page.locator('[name=_save]').click()]);
  await page.waitForLoadState('networkidle');
  const wait = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return performance.timeOrigin + navigation!.loadEventEnd - Number(sessionStorage.getItem('clicked'));
  });
  measured.push({ ...wire.bytes(), requests: wire.requests().length, wait });
}
