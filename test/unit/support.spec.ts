import { parseFields } from '../support/body.js';
import { expect, test } from '../support/fixtures.js';
import { post } from '../support/post.js';

test('a POST is applied, recorded, and redirected to a page that shows its message once', async ({
  site,
}) => {
  const answer = await post(site, { title: 'a b', idempotency_key: 'k1' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/done/']);
  expect(site.posts[0]).toMatchObject({ path: '/orders/', key: 'k1', applied: true, arrived: 'whole' });
  expect(site.posts[0]?.body.toString()).toBe('title=a+b&idempotency_key=k1');
  expect(site.effects).toEqual([
    { key: 'k1', path: '/orders/', fields: [['title', 'a b']], order: 1, user: '' },
  ]);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const done = await fetch(site.url('/done/'), { headers: { cookie } });
  expect(await done.text()).toContain('<p id="flash">Saved.</p>');
  expect(done.headers.get('set-cookie')).toContain('Max-Age=0');
});

test('a key is applied once: its answer again, 409 while the first runs, 422 for another body', async ({
  site,
}) => {
  const gate = site.hold({ times: 1 }, 'answer');
  site.on('POST', '/orders/', async (request) => {
    request.apply();
    await site.whenPosts(2);
    return { status: 201, body: 'made' };
  });
  const first = post(site, { a: '1', csrfmiddlewaretoken: 'x' }, '/orders/', { 'Idempotency-Key': '"k"' });
  await site.whenPosts(1);
  const during = await post(site, { a: '1', idempotency_key: 'k' });
  gate.release();
  const again = await post(site, { a: '1', csrfmiddlewaretoken: 'y', idempotency_key: 'k' });
  const other = await post(site, { a: '2', idempotency_key: 'k' });
  expect([(await first).status, during.status, again.status, other.status]).toEqual([201, 409, 201, 422]);
  expect(await again.text()).toBe('made');
  expect(site.posts.map(({ key }) => key)).toEqual(['k', 'k', 'k', 'k']);
  expect(site.effects).toHaveLength(1);
});

test('a server that does not de-duplicate makes an effect of each POST', async ({ site }) => {
  site.dedupes = false;
  site.dedupes = false;
  await post(site, { idempotency_key: 'k' });
  await post(site, { idempotency_key: 'k' });
  expect(site.effects.map(({ order }) => order)).toEqual([1, 2]);
});

test('a forged POST is refused, and sign-in rotates the token', async ({ site }) => {
  site.csrf = true;
  site.signIn = 'required';
  expect(await (await post(site, { a: '1' })).text()).toContain('CSRF verification failed');
  const cookie = 'csrftoken=t';
  const signedOut = await post(site, { csrfmiddlewaretoken: 't' }, '/orders/', { cookie });
  expect([signedOut.status, signedOut.headers.get('location')]).toEqual([302, '/login/?next=%2Forders%2F']);
  const fields = { csrfmiddlewaretoken: 't', username: 'anna', next: '/orders/new/' };
  const signedIn = await post(site, fields, '/login/', { cookie });
  const cookies = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]);
  expect(signedIn.headers.get('location')).toBe('/orders/new/');
  const session = cookies.join('; ');
  const old = await post(site, { csrfmiddlewaretoken: 't' }, '/orders/', { cookie: session });
  expect(old.status).toBe(403);
  const header = { cookie: session, 'X-CSRFToken': /csrftoken=(\w+)/.exec(session)?.[1] ?? '' };
  expect((await post(site, { a: '2' }, '/orders/', header)).status).toBe(303);
  expect(site.effects).toMatchObject([{ user: 'anna' }]);
});

test('health answers what it is set to and is counted', async ({ site }) => {
  const ask = async () => {
    const answer = await fetch(site.url('/health/'));
    return [answer.status, answer.headers.get('content-type'), await answer.text()];
  };
  const type = 'application/health+json';
  expect(await ask()).toEqual([200, type, '{"status":"pass","checks":{}}']);
  site.health = 'fail';
  site.declaresIdempotency = true;
  expect(await ask()).toEqual([503, type, '{"status":"fail","checks":{},"idempotency":true}']);
  site.health = 'empty';
  expect(await ask()).toEqual([204, null, '']);
  await site.whenProbes(3);
  expect(site.probes).toHaveLength(3);
});

test('proof comes as a cookie at once, or as a meta element in the page after the redirect', async ({
  site,
}) => {
  site.proof = 'cookie';
  const withCookie = await post(site, { idempotency_key: 'k1' });
  expect(withCookie.headers.getSetCookie()).toContain('resilient-sent=k1; Path=/; SameSite=Lax');
  site.proof = 'meta';
  const before = await post(site, { idempotency_key: 'k2' });
  const cookie = before.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const page = await (await fetch(site.url('/done/'), { headers: { cookie } })).text();
  expect(page).toContain('<head><meta name="resilient-sent" content="k2">');
});

test('a wait that fails says what was seen and no value', async ({ site }) => {
  await post(site, { secret: 'hunter2' });
  const missing = site.whenRequest(({ path }) => path === '/never/', 10);
  await expect(missing).rejects.toThrow(
    /waited 10 ms for a matching request; saw 1 requests.*\/orders\/ \(applied\)$/,
  );
});

test('the fields of a browser are parsed as they were, in order, files with their bytes', () => {
  const multipart =
    '--b\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n2\r\n' +
    '--b\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\nContent-Type: image/png\r\n\r\n\x00--b\r\n' +
    '--b\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n\r\n--b--\r\n';
  expect(parseFields(Buffer.from(multipart), 'multipart/form-data; boundary=b')).toEqual([
    ['a"b', '1\r\n2'],
    ['f', { name: 'x.bin', type: 'image/png', bytes: Buffer.from('\x00--b') }],
    ['a"b', ''],
  ]);
  expect(parseFields(Buffer.from('--b--\r\n'), 'multipart/form-data; boundary=b')).toEqual([]);
  expect(parseFields(Buffer.from('a=1=2\r\nb=\r\n'), 'text/plain')).toEqual([
    ['a', '1=2'],
    ['b', ''],
  ]);
});
