import type { Page } from '@playwright/test';
import { html, htmlPage, json, text } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, find, formIs, hear, queue } from '../support/outbox.js';
import type { Answer, Handler } from '../support/types.js';

/** What the server makes of the submission, queued before. */
async function replay(page: Page, site: Site, handler?: Handler) {
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  const heard = await hear(page);
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('Twenty chairs');
  if (handler) site.on('POST', '/orders/', handler);
  await queue(page, site);
  return heard;
}

const once = (answer: Answer): Handler => {
  let first = true;
  return (request) => {
    if (!first) request.apply();
    const given = first ? answer : { status: 204 };
    first = false;
    return given;
  };
};

/** Long after anything would have been tried again. */
async function nothingMore(page: Page, site: Site): Promise<void> {
  const before = site.posts.length;
  await page.clock.fastForward(400_000);
  await check(page);
  await page.clock.fastForward(400_000);
  await check(page);
  expect(site.posts).toHaveLength(before);
}

for (const status of [422, 400]) {
  test(
    `a submission answered ${status} is held as rejected, once, and never tried again`,
    { tag: '@O10' },
    async ({ page, site }) => {
      const heard = await replay(page, site, () => html(htmlPage({ body: '<p>No.</p>' }), status));
      await find(page, site);
      await page.waitForSelector(formIs('held'));
      await nothingMore(page, site);
      expect(site.posts).toHaveLength(1);
      expect(heard.filter(({ name }) => name === 'held')).toMatchObject([
        { reason: 'rejected', state: 'held', response: { status } },
      ]);
      expect(await entriesOf(page)).toMatchObject([{ state: 'held', reason: 'rejected', status }]);
      await expect(page.getByLabel('title')).toHaveValue('Twenty chairs');
    },
  );
}

test(
  'a submission answered 409 is sent again unchanged under its key',
  { tag: '@O10' },
  async ({ page, site }) => {
    await replay(page, site, once(text(409, 'still running')));
    await find(page, site);
    await site.whenEffects(1);
    await page.waitForSelector(formIs('sent'));
    const [first, second] = site.posts;
    expect(second!.body.equals(first!.body)).toBe(true);
    expect(second!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
  },
);

test(
  'a submission answered 500 is kept, and arrives when the server works again',
  { tag: '@O10' },
  async ({ page, site }) => {
    let broken = true;
    const heard = await replay(page, site, (request) => {
      if (broken) return text(500, 'broken');
      request.apply();
      return { status: 204 };
    });
    await find(page, site);
    await expect
      .poll(() => heard.find(({ response }) => response?.status === 500))
      .toMatchObject({ name: 'queued', state: 'waiting' });
    expect(await entriesOf(page)).toHaveLength(1);
    broken = false;
    await page.clock.fastForward(10_000);
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toEqual([]);
  },
);

test(
  'a captive portal is no server: what it answers 200 is not taken for success',
  { tag: '@O08' },
  async ({ page, site }) => {
    const heard = await replay(page, site);
    await site.start();
    // The portal comes between just when the submission leaves.
    site.fault('portal', { when: () => site.posts.length > 0 });
    site.fault('portal', { method: 'POST' });
    await check(page);
    await expect.poll(() => heard.filter(({ name }) => name === 'queued')).toHaveLength(2);
    expect(site.effects).toHaveLength(0);
    expect(await entriesOf(page)).toMatchObject([{ state: 'waiting' }]);
    await site.heal();
    await page.clock.fastForward(60_000);
    await check(page);
    await site.whenEffects(1);
    await page.waitForSelector(formIs('sent'));
    expect(heard.filter(({ name }) => name === 'sent')).toHaveLength(1);
  },
);

test('an answer cut short after its head counts by its status', { tag: '@O08' }, async ({ page, site }) => {
  const heard = await replay(page, site, (request) => {
    request.apply();
    return html(htmlPage({ body: 'Thank you. '.repeat(5000) }));
  });
  await site.start();
  site.fault('cut', { method: 'POST' });
  await check(page);
  await expect.poll(() => heard.at(-1)).toMatchObject({ name: 'sent', response: { status: 200 } });
  expect(site.posts).toHaveLength(1);
  expect(site.effects).toHaveLength(1);
});

const strange: [title: string, answer: Answer][] = [
  ['no content type', { status: 200, body: '<p>ok' }],
  ['a content type that is none', { status: 200, headers: { 'content-type': 'banana; =' }, body: 'x' }],
  ['broken JSON', { status: 201, headers: { 'content-type': 'application/json' }, body: '{"a":' }],
  [
    'bytes that are no text',
    { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from([0xff, 0, 0xfe, 60]) },
  ],
  ['markup that never ends', html('<form '.repeat(3000))],
  ['JSON of another kind', json([null])],
];

for (const [title, answer] of strange) {
  test(`an answer with ${title} is a success by its status`, { tag: '@O08' }, async ({ page, site }) => {
    const heard = await replay(page, site, (request) => {
      request.apply();
      return answer;
    });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await find(page, site);
    await expect.poll(() => heard.at(-1)?.name).toBe('sent');
    expect(await entriesOf(page)).toEqual([]);
    expect(site.posts).toHaveLength(1);
    expect(errors).toEqual([]);
  });
}

test('the events of a submission come in order', { tag: '@O17' }, async ({ page, site }) => {
  const heard = await replay(page, site);
  await find(page, site);
  await page.waitForSelector(formIs('sent'));
  expect(heard.map(({ name, state, attempts, onForm }) => [name, state, attempts, onForm])).toEqual([
    ['queued', 'waiting', 0, true],
    ['attempt', 'sending', 1, true],
    ['sent', 'sent', 1, true],
  ]);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
});
