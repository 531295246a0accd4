import type { Browser, Page } from '@playwright/test';
import { watchErrors } from '../support/watch-errors.js';
import { signIn, untilStale, type World } from './admin-world.js';
import { expect, MODES, test } from './admin-test.js';
import { walks, type Walk } from './admin-walks.js';
import { createWire, type Sent, type Wire } from './wire.js';

/* The same walk in an admin without the SDK and in one with it; what passes on the wire and what is seen is compared. */

const OURS = /^\/(?:static\/resilient-forms\.min\.js|health\/)/;
const KEY = /[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/;

/** Without what differs from one session to the next: boundary, CSRF token, key, length, port. */
function normal({ method, path, headers, body }: Sent, origin: string) {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? '\0';
  const part = new RegExp(`--BOUNDARY\r\n[^\r]*name="idempotency_key"\r\n\r\n${KEY.source}\r\n`);
  const bare = body
    .replaceAll(boundary, 'BOUNDARY')
    .replace(/(name="csrfmiddlewaretoken"\r\n\r\n|csrfmiddlewaretoken=)\w{64}/g, '$1TOKEN')
    .replace(part, '')
    .replace(new RegExp(`&idempotency_key=${KEY.source}$`), '');
  const plain = headers
    .filter(([name]) => !/^(?:content-length|cookie)$/i.test(name))
    .map(([name, value]) => `${name}: ${value.replace(boundary, 'BOUNDARY').replace(origin, 'ORIGIN')}`);
  return {
    method,
    path,
    headers: plain.map((line) => line.replace(new URL(origin).host, 'HOST')),
    body: bare,
  };
}

/** What a person sees when all is done. */
const seen = async (page: Page) => ({
  url: page.url().replace(/^https?:\/\/[^/]+/, ''),
  history: await page.evaluate('history.length'),
  messages: await page.locator('.messagelist li').allTextContents(),
  told: await page.locator('resilient-ui .toast').allTextContents(),
});

async function watched(
  browser: Browser,
  world: World,
  run: (page: Page, world: World, wire: Wire) => Promise<void>,
) {
  const wire = await createWire(world.origin);
  const context = await browser.newContext();
  const page = await context.newPage();
  const errors = await watchErrors(page);
  const through = { ...world, origin: wire.origin };
  // The same numbers in each database, whatever was made there before.
  await world.sql("select setval('shop_book_id_seq', 5000), setval('shop_chapter_id_seq', 5000)");
  await world.sql(
    "delete from shop_chapter; delete from shop_book_tags where book_id > 5000; delete from shop_book where title like 'Walk%'",
  );
  await signIn(page, through);
  wire.clear();
  await run(page, through, wire);
  const result = {
    posts: wire.requests().filter(({ method }) => method === 'POST'),
    paths: [...new Set(wire.requests().map(({ method, path }) => `${method} ${path}`))].sort(),
    seen: await seen(page),
    errors,
    origin: wire.origin,
  };
  await context.close();
  await wire.close();
  return result;
}

const isOurs = (line: string) => OURS.test(line.replace(/^GET /, ''));
/** An icon is asked for when it is first drawn, that of the site by and by: where the pointer happens to be decides on some. */
const isIcon = (line: string) => /^GET \/(?:static\/admin\/img\/|favicon\.ico)/.test(line);
/** A search that begins before the first letter is there: a machine that is slow enough shows it. */
const isHasty = (line: string) => line.includes('/autocomplete/?term=&');
const plainly = new Map<string, ReturnType<typeof watched>>();

async function compare(
  browser: Browser,
  [off, on]: [World, World],
  walk: Walk,
  pause: (page: Page) => Promise<unknown>,
): Promise<void> {
  const without = await (plainly.get(walk.title) ??
    watched(browser, off, (page, world) => walk.go(page, world, async () => {})));
  plainly.set(walk.title, Promise.resolve(without));
  const withIt = await watched(browser, on, (page, world) => walk.go(page, world, () => pause(page)));

  expect(without.posts.length).toBeGreaterThan(0);
  for (const post of withIt.posts) expect(post.body.split(KEY)).toHaveLength(2);
  expect(withIt.posts.map((post) => normal(post, withIt.origin))).toEqual(
    without.posts.map((post) => normal(post, without.origin)),
  );
  expect(withIt.seen).toEqual(without.seen);
  expect(without.seen.messages).toHaveLength(1);
  expect(withIt.errors).toEqual(without.errors);
  const asked = (paths: string[]) => paths.filter((line) => !isOurs(line) && !isIcon(line) && !isHasty(line));
  expect(asked(withIt.paths)).toEqual(asked(without.paths));
}

for (const mode of MODES) {
  for (const walk of walks) {
    test(
      `${mode}: as in the admin without the SDK, on the wire and on screen: ${walk.title}`,
      { tag: walk.tag },
      async ({ browser, worlds }) => {
        test.setTimeout(120_000);
        const pair: [World, World] = [await worlds('off'), await worlds(mode)];
        // Once the browser's own submit is let go, once the server is asked first.
        await compare(browser, pair, walk, mode === 'full' ? untilStale : async () => {});
      },
    );
  }
}
