import type { Page } from '@playwright/test';
import { listed } from '../support/drafts.js';
import { storageDump } from '../support/storage-dump.js';
import { ADD, expectNothingWaits, fillPlain, queue } from './admin-book.js';
import { enter, open } from './admin-pages.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, signIn, untilStale, untilState, type World } from './admin-world.js';

const SECRET = 'correct horse 7 battery';
const toast = (page: Page, text: string) => page.locator('resilient-ui .toast').filter({ hasText: text });
const submit = (page: Page) => page.locator('#content form [type=submit]').first();

/** A user of this test's own, with the password that all of the demo have. */
async function makeUser(world: World, name: string): Promise<void> {
  await world.sql(
    `insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
       select password, true, $1::text, '', '', '', true, true, now() from auth_user where username = 'ada'
     on conflict (username) do update set password = excluded.password`,
    [name],
  );
}

/** Nowhere in this browser, in whatever part of it. */
const expectNoSecret = async (page: Page) => expect(await storageDump(page)).not.toContain('battery');

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });

    test(
      'a new password is stored nowhere; without a server the page stays, says so, and sends it when told to',
      {
        tag: '@D19',
      },
      async ({ page, world }) => {
        const name = `changer-${mode}`;
        await makeUser(world, name);
        await signIn(page, world, name);
        await open(page, world, '/admin/password_change/');
        await page.getByLabel('Old password').fill('admin');
        await page.locator('#id_new_password1').fill(SECRET);
        await page.locator('#id_new_password2').fill(SECRET);
        await untilStale(page);
        await expectNoSecret(page);
        await world.fault('refuse');
        await submit(page).click();
        await expect(toast(page, 'This was not sent, and cannot wait on this device.')).toBeVisible();
        await expect(page.locator('#id_new_password1')).toHaveValue(SECRET);
        await expectNoSecret(page);
        await expectNothingWaits(page);

        await world.fault('none');
        await toast(page, 'This was not sent').getByRole('button', { name: 'Try again' }).click();
        await page.waitForURL('**/admin/password_change/done/');
        await expectNoSecret(page);
        const [row] = await world.sql<{ changed: boolean }>(
          `select password <> (select password from auth_user where username = 'ada') as changed
           from auth_user where username = $1`,
          [name],
        );
        expect(row).toEqual({ changed: true });
      },
    );

    test(
      'the password of a user that is added is stored nowhere, and the user is made once',
      {
        tag: '@D19',
      },
      async ({ page, world }) => {
        const name = `added-${mode}`;
        await enter(page, world, '/admin/auth/user/add/');
        await page.getByLabel('Username').fill(name);
        await page.locator('#id_password1').fill(SECRET);
        await page.locator('#id_password2').fill(SECRET);
        await untilState(page, 'draft');
        await untilStale(page);
        await world.fault('refuse');
        await page.locator('[name=_save]').click();
        await expect(toast(page, 'This was not sent, and cannot wait on this device.')).toBeVisible();
        await expectNoSecret(page);
        await world.fault('none');
        await toast(page, 'This was not sent').getByRole('button', { name: 'Try again' }).click();
        await page.waitForURL('**/admin/auth/user/*/change/');
        await expectNoSecret(page);
        expect(await world.sql('select id from auth_user where username = $1', [name])).toHaveLength(1);
      },
    );

    test(
      'who is signed out by the server signs in on the same page, and what waits goes out',
      {
        tag: ['@O07', '@D19'],
      },
      async ({ page, world }) => {
        const name = `out-${mode}`;
        await makeUser(world, name);
        await signIn(page, world, name);
        await open(page, world, ADD);
        const title = `After signing in ${mode}`;
        await fillPlain(page, title);
        await queue(page, () => world.fault('refuse'));
        const [session] = await page
          .context()
          .cookies(world.origin)
          .then((all) => all.filter((one) => one.name === 'sessionid'));
        await world.sql('delete from django_session where session_key = $1', [session!.value]);
        await world.fault('none');
        await untilState(page, 'held');
        await expect(page.locator('resilient-ui .indicator')).toContainText('signed out');

        await page.goto(`${world.origin}/admin/login/?next=/admin/`);
        await page.getByLabel('Username').fill(name);
        await page.getByLabel('Password').fill('admin');
        await expect(page.locator('resilient-ui .toast')).not.toHaveCount(2);
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.waitForURL(`${world.origin}/admin/`);
        await expect.poll(async () => (await countOf(world, title)).books).toBe(1);
        await expectNothingWaits(page);
        expect(await countOf(world, title)).toMatchObject({ books: 1, logged: 1 });
      },
    );

    test(
      'after signing out, nothing of it is shown to the next person, and nothing is sent for them',
      {
        tag: ['@D21', '@O12'],
      },
      async ({ page, world }) => {
        const draft = `Only a draft ${mode}`;
        const sent = `Queued before signing out ${mode}`;
        await enter(page, world, '/admin/shop/author/add/');
        await page.getByLabel('Name').fill(draft);
        await untilState(page, 'draft');
        await open(page, world, ADD);
        await fillPlain(page, sent);
        await queue(page, () => world.fault('refuse'));
        expect(await storageDump(page)).toContain(draft);
        await world.fault('hang');
        const asked = page.waitForRequest('**/admin/logout/');
        const clicked = page.locator('#user-tools a', { hasText: 'Log out' }).click();
        await asked;
        await world.fault('none');
        await clicked;
        await page.waitForURL('**/admin/logout/');

        // Of who signed in here before, nothing stands in the sign-in form.
        await page.goto(`${world.origin}/admin/login/`);
        await page.waitForFunction(() => Boolean(ResilientForms?.instance));
        await page.evaluate(() => ResilientForms!.instance!.drafts.list());
        await expect(page.getByLabel('Username')).toHaveValue('');
        await expect(page.locator('resilient-ui .toast')).toHaveCount(0);

        await signIn(page, world, 'grace');
        await open(page, world, '/admin/shop/author/add/');
        await expect(page.getByLabel('Name')).toHaveValue('');
        expect(await listed(page)).toEqual([]);
        await expectNothingWaits(page);
        await expect(page.locator('resilient-ui .toast')).toHaveCount(0);
        const dump = await storageDump(page);
        // Without a line in the template nobody knows which link signs out: it stays, bound to its owner.
        expect([draft, sent].filter((text) => dump.includes(text))).toEqual(
          mode === 'full' ? [] : [draft, sent],
        );
        expect((await countOf(world, sent)).books).toBe(0);
      },
    );
  });
}
