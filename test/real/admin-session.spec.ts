import type { BrowserContext, Page } from '@playwright/test';
import { check, entriesOf, entryOf, hear } from '../support/outbox.js';
import { screen } from '../support/screens.js';
import { storageDump } from '../support/storage-dump.js';
import { ADD, expectNothingWaits, fillPlain, loggedBy, openAdd, queue } from './admin-book.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, signIn, untilState, type World } from './admin-world.js';

const cookieOf = async (context: BrowserContext, name: string): Promise<string> =>
  (await context.cookies()).find((cookie) => cookie.name === name)?.value ?? '';

/** The session ends on the server, as by its age; the browser knows nothing of it. */
async function endSession(world: World, context: BrowserContext): Promise<void> {
  const key = await cookieOf(context, 'sessionid');
  const gone = await world.sql('delete from django_session where session_key = $1 returning 1', [key]);
  expect(gone).toHaveLength(1);
}

/** Signs in at Django's own port: its cookies are this browser's, but no page of the site learns of it. */
async function signInBehind(context: BrowserContext, world: World): Promise<void> {
  const other = await context.newPage();
  await context.clearCookies({ name: 'sessionid' });
  await signIn(other, { ...world, origin: world.direct });
  await other.close();
}

async function queueBook(page: Page, world: World, title: string): Promise<void> {
  await openAdd(page, world);
  await fillPlain(page, title);
  await queue(page, () => world.fault('refuse'));
}

const asked = (page: Page) => screen(page).toast('Sign in to send what is waiting');

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'a book whose session ended in the outage asks once for a sign-in, and is sent once after it',
      { tag: '@O07' },
      async ({ page, context, world }) => {
        const title = 'Signed in again';
        await signIn(page, world);
        await queueBook(page, world, title);
        await endSession(world, context);
        await world.fault('none');
        await untilState(page, 'held');
        await expect(asked(page)).toHaveCount(1);
        await expect(screen(page).indicator).toContainText('You are signed out');
        expect(await entryOf(page)).toMatchObject({ state: 'held', reason: 'sign-in' });
        expect(await countOf(world, title)).toMatchObject({ books: 0 });

        const other = await context.newPage();
        await signIn(other, world);
        await untilState(page, 'sent');
        await expect(asked(page)).toHaveCount(0);
        // The other tab is signed in, and so is this one.
        await expect(screen(page).indicator).toBeHidden();
        await expectNothingWaits(page);
        expect(await countOf(world, title)).toMatchObject({ books: 1, logged: 1 });
        expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
      },
    );

    test(
      'what ada queued is neither sent nor shown while grace is signed in, and sent as hers when she is back',
      { tag: '@O12' },
      async ({ page, context, world }) => {
        const title = 'Of ada';
        await signIn(page, world);
        await queueBook(page, world, title);
        await page.close();
        await endSession(world, context);
        await world.fault('none');

        const grace = await context.newPage();
        await signIn(grace, world, 'grace');
        await openAdd(grace, world);
        expect(await check(grace)).toBe('online');
        expect(await entriesOf(grace)).toEqual([]);
        await expect(screen(grace).toasts).toHaveCount(0);
        await expect(screen(grace).indicator).toBeHidden();
        await expect(grace.getByLabel('Title:', { exact: true }).first()).toHaveValue('');
        expect(await storageDump(grace)).toContain(title);
        // What grace saves goes its way beside it.
        await fillPlain(grace, 'Of grace');
        await grace.locator('input[name="_save"]').click();
        await grace.waitForURL('**/admin/shop/book/');
        expect(await countOf(world, title)).toMatchObject({ books: 0, logged: 0 });
        expect(await loggedBy(world, 'Of grace')).toEqual([{ user: 'grace', flag: 1 }]);

        await endSession(world, context);
        await signIn(grace, world, 'ada');
        await expectNothingWaits(grace);
        await expect.poll(() => countOf(world, title)).toMatchObject({ books: 1, logged: 1 });
        expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
      },
    );

    test(
      'ada’s open tab sends nothing with the cookies of grace',
      { tag: '@O12' },
      async ({ page, context, world }) => {
        const title = 'In ada’s tab';
        await signIn(page, world);
        await queueBook(page, world, title);
        await endSession(world, context);
        await world.fault('none');
        await untilState(page, 'held');

        const grace = await context.newPage();
        await signIn(grace, world, 'grace');
        await page.evaluate(async () => {
          const { outbox } = ResilientForms!.instance!;
          for (const { id } of await outbox.list()) await outbox.retry(id);
        });
        expect(await check(page)).toBe('online');
        expect(await entryOf(page)).toMatchObject({ attempts: 1 });
        expect(await entriesOf(grace)).toEqual([]);
        expect(await countOf(world, title)).toMatchObject({ books: 0 });

        await endSession(world, context);
        await signIn(grace, world, 'ada');
        await expectNothingWaits(grace);
        await expect.poll(() => loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
      },
    );
  });
}

const RULES: { title: string; modes: readonly (typeof MODES)[number][]; django: Record<string, string> }[] = [
  { title: 'read from the cookie', modes: MODES, django: {} },
  { title: 'fetched where the cookie is HttpOnly', modes: ['full'], django: { CSRF_COOKIE_HTTPONLY: '1' } },
  { title: 'fetched where it is in the session', modes: ['full'], django: { CSRF_USE_SESSIONS: '1' } },
];

for (const { title: rule, modes, django } of RULES) {
  for (const mode of modes) {
    test.describe(`${mode} ${rule}`, () => {
      test.use({ mode, django });

      test(
        `the CSRF token that a sign-in in another tab renewed is ${rule} for the replay`,
        { tag: '@O09' },
        async ({ page, context, world }) => {
          const title = `Token ${rule}`;
          const heard = await hear(page);
          await signIn(page, world);
          await queueBook(page, world, title);
          const before = await page.locator('#book_form input[name=csrfmiddlewaretoken]').inputValue();
          await signInBehind(context, world);
          const form = { csrfmiddlewaretoken: before };
          const refused = await context.request.post(`${world.direct}${ADD}`, { form });
          expect(refused.status()).toBe(403);

          await world.fault('none');
          await untilState(page, 'sent');
          expect(heard.filter(({ name }) => name === 'attempt')).toHaveLength(1);
          expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
          await expectNothingWaits(page);
        },
      );
    });
  }
}

test.describe('the session has the token', () => {
  test.use({ django: { CSRF_USE_SESSIONS: '1' } });

  test(
    'a session that ended with the token in it asks for a sign-in, and is no refusal',
    { tag: ['@O07', '@O09'] },
    async ({ page, context, world }) => {
      const title = 'Token gone with the session';
      await signIn(page, world);
      await queueBook(page, world, title);
      await endSession(world, context);
      await world.fault('none');
      await untilState(page, 'held');
      expect(await entryOf(page)).toMatchObject({ state: 'held', reason: 'sign-in' });
      await expect(asked(page)).toHaveCount(1);
      const other = await context.newPage();
      await signIn(other, world);
      await untilState(page, 'sent');
      expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
    },
  );
});
