import { expect, test } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, entryOf, find, formIs, hear, lose, queue, retry } from '../support/outbox.js';

const title = (value: string) => [['title', value]];

test(
  'two different submissions of a form, made without a server, both arrive, in order',
  { tag: '@O03' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.clock.install();
    for (const text of ['First', 'Second', 'Third']) {
      await page.goto('/orders/');
      await page.getByLabel('title').fill(text);
      await queue(page, site);
      // The page must come from somewhere; nothing is sent meanwhile.
      await site.start();
      site.fault('reset-head', { method: 'POST' });
      site.fault({ status: 503 }, { path: '/health/' });
    }
    expect(site.effects).toHaveLength(0);
    await find(page, site);
    await site.whenEffects(3);
    expect(site.effects.map(({ fields }) => fields)).toEqual([
      title('First'),
      title('Second'),
      title('Third'),
    ]);
    expect(new Set(site.effects.map(({ key }) => key)).size).toBe(3);
  },
);

test('a double click is one submission', { tag: '@O04' }, async ({ page, site }) => {
  site.dedupes = false;
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  const gate = site.hold({ method: 'POST' });
  await page.goto('/orders/');
  await page.waitForSelector(formIs('idle'));
  await page.getByLabel('title').fill('One');
  await page.getByRole('button', { name: 'Save' }).dblclick({ noWaitAfter: true });
  await site.whenHeld(gate);
  gate.release();
  await page.waitForURL('**/done/');
  expect(site.posts).toHaveLength(1);
  expect(site.effects).toHaveLength(1);
});

test('a double click without a server is one submission', { tag: '@O04' }, async ({ page, site }) => {
  site.dedupes = false;
  site.form('/orders/', { fields: ['title'], head: scriptTag() });
  await page.clock.install();
  await page.goto('/orders/');
  await page.getByLabel('title').fill('One');
  await queue(page, site, () => page.getByRole('button', { name: 'Save' }).dblclick());
  expect(await entriesOf(page)).toHaveLength(1);
  await find(page, site);
  await page.waitForSelector(formIs('sent'));
  expect(site.effects).toHaveLength(1);
});

test(
  'submitted again unchanged while it waits, nothing is added',
  { tag: '@O04' },
  async ({ page, site }) => {
    site.dedupes = false;
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('One');
    await queue(page, site);
    const { id } = await entryOf(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('already waiting', { exact: false }).first()).toBeVisible();
    expect((await entriesOf(page)).map((entry) => entry.id)).toEqual([id]);
    await find(page, site);
    await page.waitForSelector(formIs('sent'));
    expect(site.effects).toHaveLength(1);
  },
);

test(
  'changed before any attempt, the newer submission takes the place of the older',
  { tag: '@O04' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Wrong');
    await queue(page, site);
    const { id } = await entryOf(page);
    await page.getByLabel('title').fill('Right');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await entriesOf(page)).map((entry) => entry.id)).not.toEqual([id]);
    expect(await entriesOf(page)).toHaveLength(1);
    await find(page, site);
    await page.waitForSelector(formIs('sent'));
    expect(site.effects.map(({ fields }) => fields)).toEqual([title('Right')]);
  },
);

test(
  'changed after an attempt, the newer submission is a further one',
  { tag: '@O04' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const heard = await hear(page);
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('First');
    await queue(page, site);
    await site.start();
    site.declaresIdempotency = true;
    site.fault('commit-then-drop', { method: 'POST' });
    await check(page);
    await expect.poll(() => heard.filter(({ name }) => name === 'queued').length).toBeGreaterThan(1);
    await lose(page, site);
    await page.getByLabel('title').fill('Second');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => entriesOf(page)).toHaveLength(2);
    await page.clock.fastForward(300_000);
    await find(page, site);
    await site.whenEffects(2);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(site.effects.map(({ fields }) => fields)).toEqual([title('First'), title('Second')]);
    expect(new Set(site.effects.map(({ key }) => key)).size).toBe(2);
  },
);

test(
  'the same content submitted in two tabs is two submissions',
  { tag: '@O04' },
  async ({ context, page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    const other = await context.newPage();
    await page.clock.install();
    for (const tab of [page, other]) {
      await tab.goto('/orders/');
      await tab.getByLabel('title').fill('The same');
    }
    await lose(page, site);
    for (const tab of [page, other]) {
      await tab.getByRole('button', { name: 'Save' }).click();
      await tab.waitForSelector(formIs('queued'));
    }
    await find(page, site);
    await site.whenEffects(2);
    await expect.poll(() => entriesOf(page)).toEqual([]);
    expect(new Set(site.effects.map(({ key }) => key)).size).toBe(2);
    expect(site.posts).toHaveLength(2);
  },
);

test(
  'what waits behind a held submission of another form is sent',
  { tag: '@O14' },
  async ({ page, site }) => {
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    site.form('/notes/', { fields: ['title'], head: scriptTag(), attributes: 'data-resilient="notes"' });
    site.fault({ status: 422, body: 'no' }, { method: 'POST', path: '/orders/' });
    await page.clock.install();
    await page.goto('/orders/');
    await page.getByLabel('title').fill('Poison');
    await queue(page, site);
    await site.start();
    site.fault({ status: 503 }, { path: '/health/' });
    await page.goto('/notes/');
    await page.getByLabel('title').fill('Good');
    await queue(page, site);
    await site.heal();
    site.fault({ status: 422, body: 'no' }, { method: 'POST', path: '/orders/' });
    await check(page);
    await site.whenEffects(1);
    await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'held', reason: 'rejected' }]);
    expect(site.effects.map(({ fields }) => fields)).toEqual([title('Good')]);
  },
);

test(
  'a lane named on two forms keeps their order, and a held one stops it',
  { tag: ['@O03', '@O14'] },
  async ({ page, site }) => {
    const attributes = 'data-resilient data-resilient-lane="stock"';
    site.form('/orders/', { fields: ['title'], head: scriptTag(), attributes });
    site.form('/notes/', { fields: ['title'], head: scriptTag(), attributes });
    await page.clock.install();
    for (const path of ['/orders/', '/notes/']) {
      await page.goto(path);
      await page.getByLabel('title').fill(path);
      await queue(page, site);
      await site.start();
      site.fault({ status: 503 }, { path: '/health/' });
    }
    await site.heal();
    site.fault({ status: 422, body: 'no' }, { method: 'POST', path: '/orders/' });
    await check(page);
    await expect
      .poll(() => entriesOf(page))
      .toMatchObject([{ state: 'held' }, { state: 'waiting', attempts: 0 }]);
    await page.clock.fastForward(400_000);
    await check(page);
    expect(site.posts).toHaveLength(1);
    await site.heal();
    const [first] = await entriesOf(page);
    await retry(page, first!.id);
    await site.whenEffects(2);
    expect(site.effects.map(({ path }) => path)).toEqual(['/orders/', '/notes/']);
  },
);
