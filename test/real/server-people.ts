import type { BrowserContext, Page } from '@playwright/test';

/** Somebody who orders, one form after the other, whatever becomes of them. */
export interface Person {
  /** Fills in the order form and sends it; done when the page says what became of it. */
  order(token: string): Promise<'answered' | 'waiting'>;
  /** Comes back until nothing waits any more; how many are left is for the caller to judge. */
  settle(): Promise<number>;
}

/** What the page shows after a click: the order, or that it waits, in this page or on the server's 503. */
const outcomeOf = (): 'answered' | 'waiting' | false => {
  if (/^\/orders\/\d+\/$/.test(location.pathname)) return 'answered';
  const state = document.querySelector('form[data-resilient="order"]')?.getAttribute('data-resilient-state');
  if (state && ['queued', 'held', 'sent'].includes(state)) return 'waiting';
  return document.querySelector('h1')?.textContent === 'Back soon' ? 'waiting' : false;
};

export async function createPerson(context: BrowserContext, origin: string): Promise<Person> {
  const page = await context.newPage();
  const form = `${origin}/orders/new/`;

  const send = async () => {
    await page.getByRole('button', { name: 'Place order' }).click({ noWaitAfter: true });
    const outcome = await page.waitForFunction(outcomeOf, undefined, { timeout: 30_000 });
    return (await outcome.jsonValue()) as 'answered' | 'waiting';
  };

  const open = async () => {
    await visit(page, form);
    await page.locator('form[data-resilient="order"][data-resilient-state]').waitFor();
    // Listed after all drafts of this page were looked for.
    await page.evaluate(() => globalThis.ResilientForms!.instance!.drafts.list());
  };

  return {
    async order(token) {
      await open();
      // Something typed before is in the form again: that goes first, as it is.
      while (await page.getByLabel('Name').inputValue()) {
        await send();
        await open();
      }
      await page.getByLabel('Name').fill(token);
      await page.getByLabel('E-mail').fill('ada@example.org');
      return await send();
    },
    async settle() {
      await open();
      return await page.evaluate(async () => {
        const { outbox } = globalThis.ResilientForms!.instance!;
        const entries = await outbox.list();
        for (const { id } of entries) await outbox.retry(id);
        return entries.length;
      });
    },
  };
}

/** Goes there, also when a navigation of the form's is still under way. */
async function visit(page: Page, url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await page.goto(url, { timeout: 15_000 });
      return;
    } catch (error) {
      if (tries === 4) throw error;
      await page.waitForLoadState().catch(() => undefined);
    }
  }
}
