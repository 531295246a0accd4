import type { Page } from '@playwright/test';

export interface StillDate {
  /** `Date.now()` stands still in this document, and the server is asked: that reading stays fresh until `pass`. */
  hold(): Promise<void>;
  pass(milliseconds: number): Promise<void>;
}

/**
 * To be called before `goto`: what is started with a page keeps the `Date.now` it found. Timers run on. Unlike Playwright's
 * clock it leaves `performance` alone, which tells the next page how it came to be.
 */
export async function stillDate(page: Page): Promise<StillDate> {
  await page.addInitScript(() => {
    const clock = Date.now;
    let still: number | undefined;
    Date.now = () => still ?? clock();
    Object.assign(window, {
      holdTime: () => void (still = clock()),
      passTime: (milliseconds: number) => void (still = Date.now() + milliseconds),
    });
  });
  return {
    hold: async () => {
      await page.evaluate('holdTime(); ResilientForms.instance.connection.check()');
    },
    pass: (milliseconds) => page.evaluate(`passTime(${milliseconds})`),
  };
}
