import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.js';
import { open, orderPage, queue, screen, submit } from '../support/screens.js';

const path = '/orders/';

/** Everything that is said at this moment, in the places where it is said. */
interface Truth {
  form: string;
  indicator: string;
  panel: string;
  row?: string | RegExp;
  toasts: RegExp[];
}

async function expectTruth(page: Page, { form, indicator, panel, row, toasts }: Truth): Promise<void> {
  const seen = screen(page);
  await expect(seen.form).toHaveAttribute('data-resilient-state', form);
  await expect(seen.indicator).toHaveText(indicator);
  await expect(seen.panel.locator('.connection .title')).toHaveText(panel);
  if (row === undefined) await expect(seen.rows).toHaveCount(0);
  else await expect(seen.rows.locator('.state').first()).toHaveText(row);
  await expect(seen.toasts).toHaveText(toasts);
}

/** Every text that the interface ever shows, in order, without repeats of what did not change. */
async function record(page: Page): Promise<(where: string) => Promise<string[]>> {
  await page.evaluate(() => {
    const said: Record<string, string[]> = { indicator: [], toasts: [], form: [] };
    Object.assign(window, { said });
    const root = document.querySelector('resilient-ui')!.shadowRoot!;
    const form = document.querySelector('form')!;
    const note = (where: string, text: string) => {
      if (said[where]!.at(-1) !== text) said[where]!.push(text);
    };
    const look = () => {
      note('indicator', root.querySelector<HTMLElement>('.indicator:not([hidden])')?.textContent ?? '');
      note('form', form.dataset['resilientState']!);
    };
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          if (node instanceof Element && node.matches('.toast'))
            said['toasts']!.push(node.querySelector('.text')!.textContent);
      look();
    }).observe(root, { childList: true, subtree: true, characterData: true, attributes: true });
    new MutationObserver(look).observe(form, { attributes: true });
    look();
  });
  return (where) =>
    page.evaluate((place) => (window as unknown as { said: Record<string, string[]> }).said[place]!, where);
}

/** Asks the server by the panel's button until the words are there. */
async function checkUntil(page: Page, words: string): Promise<void> {
  const check = screen(page).panel.getByRole('button', { name: 'Check now' });
  await expect(async () => {
    await check.click();
    await expect(screen(page).panel.locator('.connection .title')).toHaveText(words, { timeout: 1000 });
  }).toPass();
}

test(
  'refused, hanging, failing, a portal, back: every place says the same truth, once',
  { tag: ['@C01', '@U02'] },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    const said = await record(page);

    // Connections are refused.
    await page.getByLabel('title').fill('Twenty chairs');
    await page.locator('form[data-resilient-state="draft"]').waitFor();
    await page.clock.fastForward(5000);
    await site.stop();
    await submit(page);
    await page.locator('form[data-resilient-state="queued"]').waitFor();
    await screen(page).indicator.click();
    await checkUntil(page, 'Server not reachable');
    const waits = { form: 'queued', row: 'Sent when the server is back.' };
    const safe = /Your submission is safe on this device/;
    const lost = /The server is not available right now/;
    await expectTruth(page, {
      ...waits,
      indicator: 'Server not reachable · 1 waiting',
      panel: 'Server not reachable',
      toasts: [safe, lost],
    });

    // It accepts connections and never answers: for a person that is the same.
    site.fault('hang');
    await site.start();
    await screen(page).panel.getByRole('button', { name: 'Check now' }).click();
    await site.whenProbes(2);
    await page.clock.runFor(20_000);
    await expectTruth(page, {
      ...waits,
      indicator: 'Server not reachable · 1 waiting',
      panel: 'Server not reachable',
      toasts: [],
    });

    // It answers that it has a problem.
    await site.heal();
    site.fault({ status: 503 });
    await checkUntil(page, 'The server has a problem');
    await expectTruth(page, {
      ...waits,
      indicator: 'The server has a problem · 1 waiting',
      panel: 'The server has a problem',
      toasts: [],
    });

    // Something else answers in its place.
    await site.heal();
    site.fault('portal');
    await checkUntil(page, 'No proper answer from the server');
    await expectTruth(page, {
      ...waits,
      indicator: 'No proper answer from the server · 1 waiting',
      panel: 'No proper answer from the server',
      toasts: [/Something else answers in place of the server/],
    });

    // It is back.
    await site.heal();
    await checkUntil(page, 'Connected');
    await site.whenEffects(1);
    await expectTruth(page, {
      form: 'sent',
      indicator: 'Connected',
      panel: 'Connected',
      toasts: [/The server answers again/, /The server received your submission/],
    });
    await page.clock.runFor(30_000);
    await screen(page).panel.getByRole('button', { name: 'Close' }).click();
    await expect(screen(page).panel).toBeHidden();
    await page.getByLabel('title').focus();

    expect(await said('toasts')).toEqual([
      'Your submission is safe on this device.',
      'The server is not available right now.',
      'Something else answers in place of the server.',
      'The server answers again.',
      'The server received your submission.',
    ]);
    const states = await said('form');
    expect(states.slice(states.lastIndexOf('draft'))).toEqual([
      'draft',
      'sending',
      'queued',
      'sending',
      'sent',
    ]);
    expect(await said('indicator')).toEqual([
      '',
      '1 waiting',
      'Server not reachable · 1 waiting',
      'The server has a problem · 1 waiting',
      'No proper answer from the server · 1 waiting',
      '1 waiting',
      'Sending…',
      'Connected',
      '',
    ]);
    expect(site.effects).toHaveLength(1);
    expect(site.posts).toHaveLength(1);
  },
);

test(
  '"safe on this device" and "already waiting" go as soon as it is sent',
  { tag: '@U02' },
  async ({ page, site }) => {
    orderPage(site, path);
    await open(page, path);
    await queue(page, site);
    await submit(page);
    const { indicator, panel, toast } = screen(page);
    await expect(toast('safe on this device')).toBeVisible();
    await expect(toast('already waiting')).toBeVisible();
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 10));
    await site.start();
    await indicator.click();
    await panel.getByRole('button', { name: 'Check now' }).click();
    await site.whenEffects(1);
    // No time passes: nothing goes because it was there long enough.
    await expect(toast('The server received your submission.')).toBeVisible();
    await expect(toast('safe on this device')).toHaveCount(0);
    await expect(toast('already waiting')).toHaveCount(0);
  },
);
