import type { Page } from '@playwright/test';
import type { EntrySummary, SubmissionEvent } from '../../src/types.js';
import type { Site } from './site.js';

type Instance = {
  outbox: {
    list(): Promise<EntrySummary[]>;
    retry(id: string): Promise<void>;
    discard(id: string): Promise<void>;
  };
  connection: { check(): Promise<string> };
  purge(): Promise<void>;
};
type Global = { ResilientForms: { instance: Instance } };

/** Selector of a form that says it is in this state. */
export const formIs = (state: string): string => `form[data-resilient-state="${state}"]`;

/** The submissions that wait or are held, as the page of their owner sees them. */
export const entriesOf = (page: Page): Promise<EntrySummary[]> =>
  page.evaluate(() => (window as unknown as Global).ResilientForms.instance.outbox.list());

/** The only one. */
export async function entryOf(page: Page): Promise<EntrySummary> {
  const entries = await entriesOf(page);
  if (entries.length !== 1) throw new Error(`expected one entry, found ${entries.length}`);
  return entries[0]!;
}

/** Asks the server now, as a person who comes back to the page does. */
export const check = (page: Page): Promise<string> =>
  page.evaluate(() => (window as unknown as Global).ResilientForms.instance.connection.check());

export const retry = (page: Page, id: string): Promise<void> =>
  page.evaluate((id) => (window as unknown as Global).ResilientForms.instance.outbox.retry(id), id);

export const discard = (page: Page, id: string): Promise<void> =>
  page.evaluate((id) => (window as unknown as Global).ResilientForms.instance.outbox.discard(id), id);

export const purge = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as Global).ResilientForms.instance.purge());

/** The server is gone, and what the page knows of it is old. The page's clock must be installed. */
export async function lose(page: Page, site: Site): Promise<void> {
  await page.waitForSelector('form[data-resilient-state]');
  // No answer is on its way that would count as new.
  await check(page);
  await page.clock.fastForward(5000);
  await site.stop();
}

/** The server is back, and the page has seen it. */
export async function find(page: Page, site: Site): Promise<void> {
  await site.heal();
  await check(page);
}

/** Submits with no server there; resolves when the outbox has it. */
export async function queue(page: Page, site: Site, act?: () => Promise<void>): Promise<void> {
  await lose(page, site);
  await (act ?? (() => page.getByRole('button', { name: 'Save' }).click()))();
  await page.waitForSelector(formIs('queued'));
}

export type Heard = Pick<SubmissionEvent, 'id' | 'state' | 'reason' | 'attempts' | 'response'> & {
  name: string;
  /** It came by way of the form on screen. */
  onForm: boolean;
};

/** Collects the submission events of all pages of this tab from now on. To be called before `goto`. */
export async function hear(page: Page): Promise<Heard[]> {
  const heard: Heard[] = [];
  await page.exposeFunction('heardEvent', (event: Heard) => void heard.push(event));
  await page.addInitScript(() => {
    for (const name of ['queued', 'attempt', 'sent', 'held', 'discarded']) {
      document.addEventListener(`resilient:submission:${name}`, (event) => {
        const { form: _, ...detail } = (event as CustomEvent<SubmissionEvent>).detail;
        const onForm = event.target instanceof HTMLFormElement;
        (window as unknown as { heardEvent(event: unknown): void }).heardEvent({ name, ...detail, onForm });
      });
    }
  });
  return heard;
}
