import type { Page } from '@playwright/test';
import { check, entryOf, hear } from '../support/outbox.js';
import { screen } from '../support/screens.js';
import {
  ADD,
  click,
  clickIntoTheVoid,
  detailOf,
  expectNothingWaits,
  fillBook,
  fillPlain,
  filled,
  flashes,
  loggedBy,
  openAdd,
  queue,
  type Button,
} from './admin-book.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, signIn, untilStale, untilState, type World } from './admin-world.js';

interface Outage {
  title: string;
  begin(world: World): Promise<void>;
  end(world: World): Promise<void>;
}

const OUTAGES: Outage[] = [
  {
    title: 'the server refuses connections',
    begin: (world) => world.fault('refuse'),
    end: (world) => world.fault('none'),
  },
  {
    title: 'Django is killed',
    begin: (world) => world.django.kill(),
    end: (world) => world.django.start(),
  },
  {
    title: 'PostgreSQL is stopped',
    begin: (world) => world.postgres!.stop('immediate'),
    end: (world) => world.postgres!.start(),
  },
];

/** Asks until the server says yes, as the person's "Check now" does. */
const untilBack = (page: Page) => expect.poll(() => check(page)).toMatch(/online|degraded/);

const ONCE = { books: 1, chapters: 3, reviews: 0, logged: 1 };

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });
    test.beforeEach(({ page, world }) => signIn(page, world));

    for (const { title: outage, begin, end } of OUTAGES) {
      test(
        `a book saved while ${outage} is one book with its three chapters, and one log entry`,
        { tag: ['@O01', '@O05'] },
        async ({ page, world }) => {
          const title = `Saved while ${outage}`;
          await openAdd(page, world);
          await fillBook(page, title);
          await queue(page, () => begin(world));
          await expect(screen(page).toast('safe on this device')).toHaveCount(1);
          await expect(page.getByLabel('Title:', { exact: true }).first()).toHaveValue(title);

          await end(world);
          await untilBack(page);
          await untilState(page, 'sent');
          expect(await countOf(world, title)).toEqual(ONCE);
          expect(await detailOf(world, title)).toEqual(filled(title));
          expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
          await expectNothingWaits(page);
          await expect(page.locator('#id_author')).toHaveValue('');
          await expect(screen(page).toast('The server received your submission')).toContainText('“Add book”');
        },
      );
    }

    for (const [button, landing] of [
      ['_save', /\/admin\/shop\/book\/$/],
      ['_continue', /\/admin\/shop\/book\/\d+\/change\/$/],
      ['_addanother', /\/admin\/shop\/book\/add\/$/],
    ] satisfies [Button, RegExp][]) {
      test(
        `${button} clicked in an outage is replayed as ${button}`,
        { tag: '@O06' },
        async ({ page, world }) => {
          const title = `Clicked ${button}`;
          const heard = await hear(page);
          await openAdd(page, world);
          await fillPlain(page, title);
          await queue(page, () => world.fault('refuse'), button);
          await world.fault('none');
          await untilState(page, 'sent');
          const sent = heard.filter(({ name }) => name === 'sent');
          expect(sent).toHaveLength(1);
          expect(sent[0]!.response!.status).toBe(200);
          expect(sent[0]!.response!.url).toMatch(landing);
          expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
        },
      );
    }

    test(
      'the flash message of a healthy save is that of the page without the SDK, and shown once',
      { tag: '@H01' },
      async ({ page, world, worlds, browser }) => {
        const title = `Said once, ${mode}`;
        const stock = await worlds('off');
        // Cookies know no ports: the other site gets a jar of its own.
        const context = await browser.newContext();
        const other = await context.newPage();
        await signIn(other, stock);
        await other.goto(`${stock.origin}${ADD}`);
        await openAdd(page, world);
        for (const [tab, button] of [
          [other, '_continue'],
          [page, '_continue'],
        ] as const) {
          await fillPlain(tab, title);
          await click(tab, button);
          await tab.waitForURL(/\/change\/$/);
        }
        const withoutId = (texts: string[]) => texts.map((text) => text.replaceAll(/\d+/g, ''));
        const said = await flashes(page);
        expect(said).toHaveLength(1);
        expect(said[0]).toContain('was added successfully');
        expect(withoutId(said)).toEqual(withoutId(await flashes(other)));
        await page.reload();
        expect(await flashes(page)).toEqual([]);
        expect(await countOf(world, title)).toMatchObject({ books: 1, logged: 1 });
        await expect(screen(page).toasts).toHaveCount(0);
        await context.close();
      },
    );
  });
}

test.describe('the answer is dropped after the commit', () => {
  /** The browser sends it, and gets no answer. It may send it again by itself: the socket was a reused one. */
  async function saveIntoTheVoid(page: Page, world: World, title: string): Promise<void> {
    await signIn(page, world);
    await openAdd(page, world);
    await fillBook(page, title);
    await untilStale(page);
    await world.fault('drop');
    await clickIntoTheVoid(page);
    await world.fault('none');
    expect(await countOf(world, title)).toEqual(ONCE);
  }

  test(
    'with the middleware it is sent again under its key, and counts once',
    { tag: '@O01' },
    async ({ page, world }) => {
      const title = 'Dropped and replayed';
      await saveIntoTheVoid(page, world, title);
      const replay = page.waitForResponse(
        (response) =>
          response.request().method() === 'POST' && response.headers()['idempotency-replayed'] === 'true',
      );
      await page.goto(`${world.origin}/admin/`);
      await replay;
      await expectNothingWaits(page);
      await expect(screen(page).toast('The server received your submission')).toHaveCount(1);
      expect(await countOf(world, title)).toEqual(ONCE);
      expect(await loggedBy(world, title)).toEqual([{ user: 'ada', flag: 1 }]);
    },
  );

  test(
    'a replay whose answer is dropped is replayed once more, and counts once',
    { tag: '@O01' },
    async ({ page, world }) => {
      const title = 'Dropped at the replay';
      await signIn(page, world);
      await openAdd(page, world);
      await fillBook(page, title);
      await queue(page, () => world.fault('refuse'));
      await world.fault('drop');
      await expect.poll(() => countOf(world, title)).toEqual(ONCE);
      await world.fault('none');
      await untilState(page, 'sent');
      expect(await countOf(world, title)).toEqual(ONCE);
    },
  );

  test.describe('dropin', () => {
    test.use({ mode: 'dropin' });

    test('without proof it is held and the person is asked', { tag: '@O01' }, async ({ page, world }) => {
      const title = 'Dropped and asked';
      await saveIntoTheVoid(page, world, title);
      await page.goto(`${world.origin}/admin/`);
      await expect(screen(page).toast('It is not known whether this arrived')).toHaveCount(1);
      expect(await entryOf(page)).toMatchObject({ state: 'held', reason: 'unknown' });
      expect(await countOf(world, title)).toEqual(ONCE);
    });
  });
});
