import type { Page } from '@playwright/test';
import { html } from '../support/answers.js';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { entriesOf, formIs, lose } from '../support/outbox.js';

test.use({ siteOptions: { declaresIdempotency: true } });

const posts = { method: 'POST', path: '/orders/' };

/** Prepares the step before submitting; returns what waits until it is reached, and what ends it. */
type Step = (page: Page, site: Site) => Promise<{ reached: () => Promise<unknown>; over?: () => void }>;

const steps: Record<string, Step> = {
  'stored and not yet sent': async (page) => {
    let stopped = () => {};
    const reached = new Promise<void>((resolve) => (stopped = resolve));
    let isFirst = true;
    await page.route('**/orders/', (route) => {
      if (route.request().method() !== 'POST' || !isFirst) return route.continue();
      isFirst = false;
      stopped();
    });
    return { reached: () => reached };
  },
  'sent and not handled': async (_, site) => {
    const gate = site.hold({ ...posts, times: 1 });
    // Of this one nothing ever comes.
    site.fault('reset-body', { ...posts, times: 1 });
    return { reached: () => site.whenHeld(gate), over: gate.release };
  },
  'handled and not answered': async (_, site) => {
    const gate = site.hold({ ...posts, times: 1 }, 'answer');
    return { reached: () => site.whenHeld(gate), over: gate.release };
  },
};

/** The browser has the answer, and the entry is still there. */
const answered: Record<'native' | 'fetch', Step> = {
  // The page after it knows nothing of us.
  native: async (page) => ({ reached: () => page.waitForURL('**/done/') }),
  // A page that anybody could have sent: the server itself is asked first.
  fetch: async (_, site) => {
    site.on('POST', '/orders/', (request) => {
      request.apply();
      return html('<p>Thank you.</p>');
    });
    const gate = site.hold({ path: '/health/', when: () => site.effects.length > 0, times: 1 });
    return { reached: () => site.whenHeld(gate), over: gate.release };
  },
};

function serve(site: Site, delivery: string): void {
  const attributes = `data-resilient data-resilient-delivery="${delivery}"`;
  site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
}

async function submit(page: Page, site: Site, step: Step) {
  await page.goto(site.url('/orders/'));
  await page.waitForSelector('form[data-resilient-state]');
  const { reached, over } = await step(page, site);
  await page.getByLabel('title').fill('Twenty chairs');
  // Not waited for: what it leads to may never come.
  await page.getByRole('button', { name: 'Save' }).click({ noWaitAfter: true });
  await reached();
  return over;
}

async function arrivesOnce(page: Page, site: Site, over?: () => void): Promise<void> {
  await page.goto(site.url('/orders/'));
  over?.();
  await site.whenEffects(1);
  await expect.poll(() => entriesOf(page)).toEqual([]);
  const sent = site.posts.filter(({ path }) => path === '/orders/');
  expect(site.effects.map(({ fields }) => fields)).toEqual([[['title', 'Twenty chairs']]]);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(sent[0]!.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(await storageDump(page)).not.toContain('Twenty chairs');
}

for (const delivery of ['native', 'fetch'] as const) {
  const all = { ...steps, 'answered and not yet deleted': answered[delivery] };
  for (const [name, step] of Object.entries(all)) {
    const title = (end: string) => `${end} while a submission by ${delivery} is ${name}: it arrives once`;

    test(title('a page loaded again'), { tag: '@O01' }, async ({ page, site }) => {
      serve(site, delivery);
      const over = await submit(page, site, step);
      // By its address where the browser waits for another page, which `reload` would only wait for.
      if (delivery === 'fetch') await page.reload();
      await arrivesOnce(page, site, over);
    });
  }
}

/** Runs in the page: what the store holds of entries at the very moment at which the form says that it is queued. */
async function noteStored(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('resilient-forms');
    opening.addEventListener('success', () => resolve(opening.result));
  });
  const form = document.querySelector('form')!;
  new MutationObserver((_, observer) => {
    if (form.getAttribute('data-resilient-state') !== 'queued') return;
    observer.disconnect();
    const range = IDBKeyRange.bound(['entry'], ['entry', []]);
    const found = database.transaction('records').objectStore('records').getAll(range);
    found.addEventListener('success', () =>
      Object.assign(window, { stored: (found.result as { state: string }[]).map(({ state }) => state) }),
    );
  }).observe(form, { attributes: true });
}

for (const delivery of ['native', 'fetch'] as const) {
  test(
    `a form delivered by ${delivery} says that it is queued when the outbox has it, not before`,
    { tag: '@O01' },
    async ({ page, site }) => {
      serve(site, delivery);
      await page.clock.install();
      await page.goto('/orders/');
      await lose(page, site);
      await page.evaluate(noteStored);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForSelector(formIs('queued'));
      await expect
        .poll(() => page.evaluate(() => (window as { stored?: string[] }).stored))
        .toEqual(['waiting']);
    },
  );
}
