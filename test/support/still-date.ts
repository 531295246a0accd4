import type { Page } from '@playwright/test';

/**
 * Makes the page's reading of the server fresh, and keeps it so: `Date.now()` stands still in this document until `pass`.
 * Timers run on. Unlike Playwright's clock it leaves `performance` alone, which tells the next page how it came to be.
 */
export async function stillDate(page: Page): Promise<{ pass(milliseconds: number): Promise<void> }> {
  await page.evaluate(async () => {
    let now = Date.now();
    Date.now = () => now;
    Object.assign(window, { passTime: (milliseconds: number) => void (now += milliseconds) });
    await (window as unknown as Sdk).ResilientForms.instance.connection.check();
  });
  return { pass: (milliseconds) => page.evaluate(`passTime(${milliseconds})`) };
}

interface Sdk {
  ResilientForms: { instance: { connection: { check(): Promise<string> } } };
}
