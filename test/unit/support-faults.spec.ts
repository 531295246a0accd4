import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '../support/fixtures.js';
import type { Site } from '../support/fixtures.js';
import { post } from '../support/post.js';

/** Code of the network error, as the system names it. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: { name: string; cause?: { code?: string } }) => error.cause?.code ?? error.name,
  );

/** Bytes that a bare socket gets for a POST, and how the connection ended. */
function rawPost(site: Site): Promise<{ got: string; end: string }> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(new URL(site.origin).port), '127.0.0.1');
    socket.write('POST /orders/ HTTP/1.1\r\nHost: site\r\nContent-Length: 3\r\n');
    socket.write('Content-Type: application/x-www-form-urlencoded\r\n\r\na=1');
    socket.on('data', (bytes) => (got += bytes.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ got, end: error.code ?? error.name }));
    socket.on('end', () => resolve({ got, end: 'FIN' }));
    socket.on('close', () => resolve({ got, end: 'closed' }));
  });
}

test('a refused connection is refused, an idle one is reset, and the port comes back', async ({ site }) => {
  const idle = connect(Number(new URL(site.origin).port), '127.0.0.1');
  const ended = once(idle, 'close').catch((error: NodeJS.ErrnoException) => error.code);
  await post(site, { a: '1' });
  await site.stop();
  expect(await ended).toBe('ECONNRESET');
  expect(await codeOf(post(site, { a: '2' }))).toBe('ECONNREFUSED');
  await site.heal();
  expect((await post(site, { a: '3' })).status).toBe(303);
  expect(site.effects).toHaveLength(2);
});

test('a hanging request is taken in and never answered', async ({ site }) => {
  site.fault('hang', { times: 1 });
  const giveUp = new AbortController();
  const hanging = fetch(site.url('/orders/'), { method: 'POST', body: 'a', signal: giveUp.signal });
  const ended = codeOf(hanging);
  await site.whenPosts(1);
  // The server answers what comes later: the first had its turn.
  expect((await post(site, { a: '2' })).status).toBe(303);
  giveUp.abort();
  expect(await ended).toBe('AbortError');
  expect(site.effects).toHaveLength(1);
});

for (const fault of ['reset-head', 'reset-body', 'commit-then-drop'] as const) {
  test(`${fault} ends the connection with a reset and not one byte of an answer`, async ({ site }) => {
    site.fault(fault, { times: 1 });
    expect(await rawPost(site)).toEqual({ got: '', end: 'ECONNRESET' });
    const arrived = fault === 'reset-head' ? 'head' : 'whole';
    expect(site.posts).toMatchObject([{ arrived, applied: fault === 'commit-then-drop' }]);
    expect(site.effects).toHaveLength(fault === 'commit-then-drop' ? 1 : 0);
  });
}

test('cut sends the head and half of the body', async ({ site }) => {
  site.on('POST', '/orders/', (request) => {
    request.apply();
    return { status: 200, body: 'x'.repeat(100) };
  });
  site.fault('cut', { method: 'POST' });
  const { got } = await rawPost(site);
  expect(got).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*content-length: 100\r\n[^]*\r\n\r\nx{50}$/);
  const answer = await post(site, { a: '1' });
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
});

test('a portal, a redirect and a status answer in place of the site, for as long as they are set', async ({
  site,
}) => {
  site.fault('portal', { times: 1 });
  site.fault({ redirect: 'http://portal.example/' }, { times: 1 });
  site.fault({ status: 503, headers: { 'retry-after': '7' } }, { path: '/orders/' });
  const portal = await post(site, { a: '1' });
  expect([portal.status, portal.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect((await post(site, { a: '2' })).headers.get('location')).toBe('http://portal.example/');
  const busy = await post(site, { a: '3' });
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
  expect((await post(site, { a: '4' }, '/other/')).status).toBe(303);
  await site.heal();
  expect((await post(site, { a: '5' })).status).toBe(303);
  expect(site.effects.map(({ path }) => path)).toEqual(['/other/', '/orders/']);
});

test('a gate holds an answer back after the effect until it is released', async ({ site }) => {
  const gate = site.hold({ method: 'POST' }, 'answer');
  const answer = post(site, { a: '1' });
  await site.whenHeld(gate);
  expect(site.effects).toHaveLength(1);
  gate.release();
  expect((await answer).status).toBe(303);
});
