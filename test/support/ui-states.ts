import type { Page } from '@playwright/test';
import type { Site } from './fixtures.js';
import { html, htmlPage } from './answers.js';
import { fill, lose, open, orderPage, comeBack, queue, screen, submit, untilState } from './screens.js';
import type { OrderPage } from './screens.js';

/** One state of the interface, and the real way to get there. */
export interface UiState {
  name: string;
  /** Words that show that the state is reached. */
  says: string;
  reach(this: void, page: Page, site: Site, order?: OrderPage): Promise<void>;
}

const path = '/orders/';

const begin = async (page: Page, site: Site, order?: OrderPage): Promise<void> => {
  orderPage(site, path, order);
  await open(page, path);
};

export const states: UiState[] = [
  {
    name: 'lost',
    says: 'The server is not available right now.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await lose(page, site);
    },
  },
  {
    name: 'intercepted',
    says: 'Something else answers in place of the server.',
    async reach(page, site, order) {
      await begin(page, site, order);
      site.fault('portal');
      await untilState(page, 'No proper answer');
    },
  },
  {
    name: 'back',
    says: 'The server answers again.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await lose(page, site);
      await comeBack(page, site);
    },
  },
  {
    name: 'queued',
    says: 'Your submission is safe on this device.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
    },
  },
  {
    name: 'already-waiting',
    says: 'This is already waiting to be sent.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await submit(page);
    },
  },
  {
    name: 'waiting-here',
    says: 'A submission of this form is still waiting to be sent.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      site.fault({ status: 503 }, { path: /health/ });
      site.fault({ status: 503 }, { method: 'POST' });
      await site.start();
      await page.reload();
    },
  },
  {
    name: 'sent',
    says: 'The server received your submission.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await comeBack(page, site);
    },
  },
  {
    name: 'held-sign-in',
    says: 'Sign in to send what is waiting.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      site.signIn = 'required';
      await comeBack(page, site);
    },
  },
  {
    name: 'held-rejected',
    says: 'Not accepted by the server.',
    async reach(page, site, order) {
      site.on('POST', path, () => html(htmlPage({ body: '<p>Too many chairs.</p>' }), 422));
      await begin(page, site, order);
      await queue(page, site);
      await comeBack(page, site);
    },
  },
  {
    name: 'held-refused',
    says: 'Refused by the server.',
    async reach(page, site, order) {
      site.on('POST', path, () => html(htmlPage({ body: '<p>Forbidden.</p>' }), 403));
      await begin(page, site, order);
      await queue(page, site);
      await comeBack(page, site);
    },
  },
  {
    name: 'held-unknown',
    says: 'It is not known whether this arrived.',
    async reach(page, site, order) {
      await begin(page, site, { ...order, attributes: 'data-resilient data-resilient-unknown="ask"' });
      await queue(page, site);
      site.fault('commit-then-drop', { method: 'POST' });
      await comeBack(page, site);
    },
  },
  {
    name: 'held-expired',
    says: 'Too old to be sent without asking you.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await page.clock.fastForward(8 * 86_400_000);
      await comeBack(page, site);
    },
  },
  {
    name: 'restored',
    says: 'What you typed here is back: 2 fields.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await page.getByLabel('note').fill('For the garden');
      await fill(page);
      await page.reload();
    },
  },
  {
    name: 'offered',
    says: 'There is something you typed here before: 1 field.',
    async reach(page, site, order) {
      await begin(page, site, { ...order, options: { ...order?.options, drafts: 'ask' } });
      await fill(page);
      await page.reload();
    },
  },
  {
    name: 'conflict',
    says: 'The page changed since you typed here.',
    async reach(page, site, order) {
      await begin(page, site, { ...order, values: { title: 'One chair' } });
      await fill(page);
      orderPage(site, path, { ...order, values: { title: 'Three chairs' } });
      await page.reload();
    },
  },
  {
    name: 'not-saved',
    says: 'This is NOT saved.',
    async reach(page, site, order) {
      // The browser looks at the quota when it opens the database, then not for a while.
      const session = await page.context().newCDPSession(page);
      await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 50_000 });
      await begin(page, site, { ...order, attributes: 'data-resilient data-resilient-drafts="off"' });
      await lose(page, site);
      await page.getByLabel('title').fill('Twenty chairs. '.repeat(10_000));
      await submit(page);
    },
  },
  {
    name: 'cannot-keep',
    says: 'This was not sent, and cannot wait on this device.',
    async reach(page, site, order) {
      const secret = '<p><label for="pin">PIN</label> <input id="pin" name="pin" type="password"></p>';
      await begin(page, site, { ...order, hidden: secret });
      await lose(page, site);
      await page.getByLabel('title').fill('Twenty chairs');
      await page.getByLabel('PIN').fill('1234');
      await submit(page);
    },
  },
  {
    name: 'memory',
    says: 'This browser stores nothing for this page.',
    async reach(page, site, order) {
      await page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('blocked', 'SecurityError');
        };
      });
      await begin(page, site, order);
    },
  },
  {
    name: 'panel',
    says: 'Sent when the server is back.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await screen(page).indicator.click();
    },
  },
  {
    name: 'panel-answer',
    says: 'Too many chairs.',
    async reach(page, site, order) {
      site.on('POST', path, () => html(htmlPage({ body: '<p role="alert">Too many chairs.</p>' }), 422));
      await begin(page, site, order);
      await queue(page, site);
      await comeBack(page, site);
      await screen(page).indicator.click();
      await screen(page).rows.locator('summary').click();
    },
  },
  {
    name: 'panel-sent',
    says: 'Show the result',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await screen(page).indicator.click();
      await comeBack(page, site);
      await screen(page).past.waitFor();
      await screen(page).toast('received').getByRole('button', { name: 'Close' }).click();
    },
  },
  {
    name: 'panel-discarded',
    says: 'Discarded.',
    async reach(page, site, order) {
      await begin(page, site, order);
      await queue(page, site);
      await screen(page).indicator.click();
      await screen(page).rows.getByRole('button', { name: 'Discard', exact: true }).click();
    },
  },
];
