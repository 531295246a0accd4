import type { Page } from '@playwright/test';
import type { Options } from '../../src/options.js';
import type { SubmitOptions } from '../../src/outbox/submit.js';
import { htmlPage, json } from './answers.js';
import { esmHead } from './markup.js';
import { check } from './outbox.js';
import type { Site } from './site.js';

/** Address of the app's page. */
export const appPath = '/app/';

/** How a request of the app ended, in words and numbers. */
export interface Told {
  id?: string;
  state: string;
  reason?: string;
  status?: number;
  text?: string;
  url?: string;
  cause?: string;
  /** Of an error. */
  message?: string;
}

/**
 * A page without a form, with the module and a ky of its own; `/api/…` makes an effect and answers 201 with JSON. The
 * instance is where the script tag's would be, so that what looks at that one works here too.
 */
export async function openApp(page: Page, site: Site, options: Options | string = {}): Promise<void> {
  const given = typeof options === 'string' ? options : JSON.stringify(options);
  const module = `<script type="module">
    import ky from 'ky';
    import * as sdk from 'resilient-forms';
    window.ResilientForms = { instance: sdk.start(${given}) };
    window.api = ky.extend({ hooks: ResilientForms.instance.hooks() });
    Object.assign(window, { ky, sdk, settled: {}, told });
    async function told(outcome) {
      const { id, state, reason, response, cause, settled } = outcome;
      settled?.then((end) => (window.settled[id] = end.state));
      const answer = response && { status: response.status, text: await response.text(), url: response.url };
      return { id, state, ...(reason && { reason }), ...answer, ...(cause && { cause: cause.name ?? String(cause) }) };
    }
  </script>`;
  site.page(appPath, htmlPage({ title: 'The app', head: esmHead() + module, body: '<h1>App</h1>' }));
  site.on('POST', /^\/api\//, (request) => {
    request.apply();
    return json({ number: 7 }, 201);
  });
  await load(page, site);
}

/** Opens the app's page, again or in another tab. */
export async function load(page: Page, site: Site): Promise<void> {
  await page.goto(site.url(appPath));
  await page.waitForFunction('window.told !== undefined');
}

/** The app's `submit()`; resolves with what it is told, errors included. */
export const submit = (page: Page, url: string, options: SubmitOptions): Promise<Told> =>
  page.evaluate(
    ([url, options]) =>
      (
        window as never as { ResilientForms: { instance: { submit(...given: unknown[]): Promise<never> } } }
      ).ResilientForms.instance
        .submit(url, options)
        .then((window as never as { told(outcome: unknown): Promise<Told> }).told)
        .catch((error: Error) => ({ state: error.name, message: error.message })),
    [url, options] as const,
  );

/** How a request ended for good, as far as its caller knows. */
export const settledOf = (page: Page, id: string | undefined): Promise<string | undefined> =>
  page.evaluate((id) => (window as never as { settled: Record<string, string> }).settled[id ?? ''], id);

/** The server is gone, and the page knows. */
export async function lose(page: Page, site: Site): Promise<void> {
  await site.stop();
  await check(page);
}

/** A body to be told from others. */
export const order = (title: string) => ({ json: { title } });
