import { json, text } from '../support/answers.js';
import { expect, storageDump, tabKill, test, type Site } from '../support/fixtures.js';
import { appPath, load, lose, openApp, order, settledOf, submit } from '../support/app.js';
import { check, entriesOf, entryOf, purge, retry } from '../support/outbox.js';

const titles = (site: Site) =>
  site.posts.filter(({ applied }) => applied).map(({ body }) => JSON.parse(body.toString()).title as string);

test(
  'each kind of body arrives as fetch sends it, under a key, stored before its first byte leaves',
  { tag: '@O20' },
  async ({ page, site }) => {
    await openApp(page, site);
    const gate = site.hold({ path: '/api/held/' });
    const held = submit(page, '/api/held/', order('Stored'));
    await site.whenHeld(gate);
    expect(await storageDump(page)).toContain('Stored');
    gate.release();
    expect(await held).toMatchObject({ state: 'sent', status: 201, text: '{"number":7}' });
    expect(await entriesOf(page)).toEqual([]);

    await page.evaluate(`
      const form = new FormData();
      form.append('note', 'one\\ntwo');
      form.append('file', new File(['\\u00e9\\n"bytes"'], 'a "b".txt', { type: 'text/x-test' }));
      form.append('empty', new File([], ''));
      window.bodies = [form, new URLSearchParams([['a', 'b\\nc'], ['a', 'é']]), 'plain', new Blob(['<x/>'], { type: 'application/xml' }),
        new Uint8Array([0, 255, 10])];`);
    for (let index = 0; index < 5; index += 1) {
      await page.evaluate(`fetch('/api/plain/${index}', { method: 'POST', body: bodies[${index}] })`);
      const told = `ResilientForms.instance.submit('/api/ours/${index}', { body: bodies[${index}] }).then(told)`;
      expect(await page.evaluate(told)).toMatchObject({ state: 'sent', status: 201 });
    }
    for (let index = 0; index < 5; index += 1) {
      const [plain, ours] = ['plain', 'ours'].map((name) =>
        site.posts.find(({ path }) => path === `/api/${name}/${index}`)!,
      );
      expect(ours!.key).toMatch(/^[0-9a-f-]{36}$/);
      expect(ours!.headers['idempotency-key']).toBe(`"${ours!.key}"`);
      expect(partsOf(ours!)).toEqual(partsOf(plain!));
    }
  },
);

/** Bytes and type, with the boundary, which nobody chooses, taken out. */
function partsOf({ body, headers }: Site['posts'][number]) {
  const type = headers['content-type'] ?? 'application/octet-stream';
  const boundary = /boundary=(.*)$/.exec(type)?.[1];
  if (boundary === undefined) return [type, body.toString('hex')];
  return [type.replace(boundary, ''), body.toString('latin1').replaceAll(boundary, '')];
}

test(
  'with no server the caller is told at once; sent in order when it is back, in each lane, and settled',
  { tag: ['@O20', '@O03'] },
  async ({ page, site }) => {
    await openApp(page, site);
    await lose(page, site);
    const first = await submit(page, '/api/orders/', { ...order('one'), title: 'An order' });
    const others = [
      await submit(page, '/api/orders/', order('two')),
      await submit(page, '/api/notes/', { ...order('three'), lane: 'notes' }),
    ];
    expect([first, ...others].map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
    expect(
      (await entriesOf(page)).map(({ form, lane, attempts }) => [form.title, form.page, lane, attempts]),
    ).toEqual([
      ['An order', site.url(appPath), '/api/orders/', 0],
      ['The app', site.url(appPath), '/api/orders/', 0],
      ['The app', site.url(appPath), 'notes', 0],
    ]);
    expect(await page.evaluate('ResilientForms.instance.outbox.export()')).toMatchObject([
      { form: 'An order', body: { type: 'application/json', text: '{"title":"one"}' } },
      {},
      {},
    ]);
    await site.start();
    await check(page);
    await site.whenEffects(3);
    for (const { id } of [first, ...others]) await expect.poll(() => settledOf(page, id)).toBe('sent');
    expect(titles(site).filter((title) => title !== 'three')).toEqual(['one', 'two']);
    expect(site.posts).toHaveLength(3);
  },
);

test(
  'requests of a lane go out one after the other, others beside them; each caller has its own answer',
  { tag: '@O20' },
  async ({ page, context, site }) => {
    await openApp(page, site);
    // Another tab would be glad to send what waits, and its caller would have no answer.
    await load(await context.newPage(), site);
    site.on('POST', '/api/orders/', (request) => {
      request.apply();
      return json(JSON.parse(request.body.toString()));
    });
    const gate = site.hold({ path: '/api/orders/', times: 1 });
    const told = page.evaluate<{ text: string }[]>(`
      const send = (title) => ResilientForms.instance.submit('/api/orders/', { json: { title } }).then(told);
      Promise.all([send('one'), send('two'), send('three')])`);
    await site.whenHeld(gate);
    expect(await submit(page, '/api/notes/', order('beside'))).toMatchObject({ state: 'sent' });
    expect(site.posts.map(({ path }) => path)).toEqual(['/api/orders/', '/api/notes/']);
    gate.release();
    expect((await told).map(({ text }) => JSON.parse(text).title)).toEqual(['one', 'two', 'three']);
    expect(titles(site).filter((title) => title !== 'beside')).toEqual(['one', 'two', 'three']);
  },
);

test(
  'an answer that is lost after the effect: queued with the cause, then one effect under the same key',
  { tag: ['@O20', '@O02'] },
  async ({ page, site }) => {
    // Else it might be answered by another site, and a person is asked.
    site.declaresIdempotency = true;
    await openApp(page, site, { retry: { limit: 0 } });
    site.fault('commit-then-drop', { method: 'POST' });
    const told = await submit(page, '/api/orders/', order('Twenty chairs'));
    expect(told).toMatchObject({ state: 'queued', cause: 'NetworkError' });
    await site.heal();
    await check(page);
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);

test(
  'what the server refuses its caller has in hand, and nothing is kept; a conflict is no reason to wait',
  { tag: ['@O20', '@O10'] },
  async ({ page, site }) => {
    await openApp(page, site);
    site.on('POST', '/api/invalid/', () => json({ errors: ['title'] }, 422));
    site.on('POST', '/api/taken/', () => text(409, 'This name is taken.'));
    site.on('POST', '/api/gone/', () => text(404, 'no such thing'));
    expect(await submit(page, '/api/invalid/', order('x'))).toMatchObject({
      state: 'rejected',
      reason: 'rejected',
      status: 422,
      text: '{"errors":["title"]}',
    });
    expect(await submit(page, '/api/taken/', order('x'))).toMatchObject({ state: 'rejected', status: 409 });
    expect(await submit(page, '/api/gone/', order('x'))).toMatchObject({
      state: 'rejected',
      reason: 'refused',
    });
    expect(await entriesOf(page)).toEqual([]);
    expect(site.posts).toHaveLength(3);

    // Nobody is there any more to have it in hand: it stays for the person.
    await lose(page, site);
    const told = await submit(page, '/api/invalid/', order('x'));
    await site.start();
    await check(page);
    await expect.poll(() => entriesOf(page)).toMatchObject([{ state: 'held', reason: 'rejected' }]);
    expect(await settledOf(page, told.id)).toBeUndefined();
    await page.evaluate(`ResilientForms.instance.outbox.discard('${told.id}')`);
    await expect.poll(() => settledOf(page, told.id)).toBe('discarded');
  },
);

test(
  'signed out: held with the answer, sent after the sign-in',
  { tag: ['@O20', '@O07'] },
  async ({ page, site }) => {
    await openApp(page, site);
    site.fault({ status: 401, body: 'who?' }, { path: '/api/orders/' });
    const told = await submit(page, '/api/orders/', order('Twenty chairs'));
    expect(told).toMatchObject({ state: 'held', reason: 'sign-in', status: 401, text: 'who?' });
    expect((await submit(page, '/api/orders/', order('Thirty'))).state).toBe('queued');
    await site.heal();
    await retry(page, told.id!);
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    await site.whenEffects(2);
    expect(titles(site)).toEqual(['Twenty chairs', 'Thirty']);
  },
);

test(
  'a tab that is killed in mid-request: the next one sends it, once',
  { tag: ['@O20', '@O01'] },
  async ({ context, page, site }) => {
    await openApp(page, site);
    const gate = site.hold({ method: 'POST', times: 1 }, 'answer');
    void submit(page, '/api/orders/', order('Twenty chairs')).catch(() => undefined);
    await site.whenHeld(gate);
    const other = await context.newPage();
    await load(other, site);
    // Alive, and nobody else's.
    await check(other);
    expect(await entryOf(other)).toMatchObject({ state: 'sending', attempts: 1 });
    await tabKill(page);
    gate.release();
    const third = await context.newPage();
    await load(third, site);
    await expect.poll(() => entriesOf(third)).toEqual([]);
    expect(site.effects).toHaveLength(1);
    expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
  },
);

test(
  'sent by another tab, or purged there, it is settled here',
  { tag: '@O20' },
  async ({ context, page, site }) => {
    await openApp(page, site);
    await lose(page, site);
    const told = await submit(page, '/api/orders/', order('Twenty chairs'));
    await page.route('**/health/**', (route) => route.abort());
    await site.start();
    const other = await context.newPage();
    await load(other, site);
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    expect(site.posts).toHaveLength(1);

    await lose(other, site);
    const next = await submit(page, '/api/orders/', order('Thirty'));
    expect(next.state).toBe('queued');
    await purge(other);
    await expect.poll(() => settledOf(page, next.id)).toBe('discarded');
  },
);

test(
  'what A submits is not sent while B is signed in',
  { tag: ['@O20', '@O12'] },
  async ({ context, page, site }) => {
    await openApp(page, site, { owner: 'anna' });
    const other = await context.newPage();
    await openApp(other, site, { owner: 'ben' });
    const told = await submit(page, '/api/orders/', order('of anna'));
    expect(told.state).toBe('queued');
    expect(await entriesOf(other)).toEqual([]);
    expect(await submit(other, '/api/orders/', order('of ben'))).toMatchObject({ state: 'sent' });
    await openApp(other, site, { owner: 'anna' });
    await expect.poll(() => settledOf(page, told.id)).toBe('sent');
    expect(titles(site)).toEqual(['of ben', 'of anna']);
  },
);
