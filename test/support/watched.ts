import { expect, type Page } from '@playwright/test';
import type { Options } from '../../src/options.js';
import type { ConnectionState, Status } from '../../src/types.js';
import { htmlPage } from './answers.js';
import { formMarkup, scriptTag } from './markup.js';
import type { Site } from './site.js';

export interface WatchedOptions {
  /** The JSON block of the page. */
  options?: Options;
  /** Markup besides the form. */
  body?: string;
  /** Attributes of the form. */
  form?: string;
}

/** A page at /orders/ whose clock the test moves and whose connection states are noted as they are told. */
export async function watch(page: Page, site: Site, given: WatchedOptions = {}) {
  const { options = {}, body = '', form = 'data-resilient' } = given;
  const block = `<script type="application/json" id="resilient-forms-config">${JSON.stringify(options)}</script>`;
  site.page('/orders/', () =>
    htmlPage({
      head: block + scriptTag(),
      body: formMarkup({ fields: ['title'], attributes: form }) + body,
    }),
  );
  await page.clock.install();
  await page.addInitScript(noteStates);
  await page.goto('/orders/');

  const status = (): Promise<Status> => page.evaluate(() => ResilientForms!.instance!.status);
  return {
    status,
    /** Each state a person was told of in this tab, reloads included, oldest first. */
    told: (): Promise<ConnectionState[]> =>
      page.evaluate(() => JSON.parse(sessionStorage.getItem('told') ?? '[]') as ConnectionState[]),
    until: (state: ConnectionState): Promise<void> =>
      expect.poll(async () => (await status()).state, { timeout: 20_000 }).toBe(state),
    /** Asks the server now. */
    check: (): Promise<ConnectionState> => page.evaluate(() => ResilientForms!.instance!.connection.check()),
    /** Resolves when what the page sent before has arrived: a request of its own came back. */
    settled: async (): Promise<void> => {
      for (const turn of [1, 2]) await page.evaluate((turn) => fetch(`/done/?${turn}`), turn);
    },
    /** Ten seconds later: no reading is so young that a hint would not be heeded, and the next probe is not due. */
    quiet: async (): Promise<void> => {
      await page.clock.fastForward(10_000);
      await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    },
  };
}

function noteStates(): void {
  document.addEventListener('resilient:status', (event) => {
    const { state } = (event as CustomEvent<{ state: string }>).detail;
    const told = JSON.parse(sessionStorage.getItem('told') ?? '[]') as string[];
    if (state === 'unknown' || state === told.at(-1)) return;
    sessionStorage.setItem('told', JSON.stringify([...told, state]));
  });
}
