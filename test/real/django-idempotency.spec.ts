import { book, createVisitor, type Fields, freshKey, type Visitor } from './django-client.js';
import { expect, test } from './django-world.js';

const ADD = '/admin/shop/book/add/';

async function signedIn(origin: string, name = 'ada'): Promise<Visitor> {
  const visitor = createVisitor(origin);
  await visitor.signIn(name);
  return visitor;
}

const order = (customer: string, more: Fields = {}): Fields => ({
  book: '1',
  customer,
  email: 'someone@example.org',
  quantity: '2',
  note: '',
  ...more,
});

test('a book delivered twice is one book, one log entry, and the same answer with its message', async ({
  django,
  count,
}) => {
  const ada = await signedIn(django.origin);
  const key = freshKey();
  const fields = book('Twice', {}, 3);

  const first = await ada.post(ADD, fields, { key });
  expect(first.status).toBe(302);
  expect(first.proof).toBe(key);
  expect(first.headers.has('idempotency-replayed')).toBe(false);
  const said = await ada.messages();
  expect(said.join()).toContain('Twice');

  const second = await ada.post(ADD, fields, { header: `"${key}"` });
  expect(second.status).toBe(302);
  expect(second.location).toBe(first.location);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(second.proof).toBe(key);
  const cookie = second.headers.getSetCookie().find((line) => line.startsWith('resilient-sent='));
  expect(cookie).toMatch(/Max-Age=300; Path=\/; SameSite=Lax$/);
  expect(await ada.messages()).toEqual(said);

  expect(await count('shop.Book', { title: 'Twice' })).toBe(1);
  expect(await count('shop.Chapter', { book__title: 'Twice' })).toBe(3);
  expect(await count('admin.LogEntry', { object_repr: 'Twice' })).toBe(1);
});

test('another body, path or owner under a used key is 422, and does nothing', async ({ django, count }) => {
  const ada = await signedIn(django.origin);
  const grace = await signedIn(django.origin, 'grace');
  const key = freshKey();
  const cover = (bytes: string) => new File([bytes], 'cover.png', { type: 'image/png' });
  await ada.post(ADD, book('Once', { cover: cover('one') }), { key });

  for (const { who, path, fields } of [
    { who: ada, path: ADD, fields: book('Another', { cover: cover('one') }) },
    { who: ada, path: ADD, fields: book('Once', { cover: cover('two') }) },
    { who: ada, path: '/admin/shop/book/1/change/', fields: book('Once', { cover: cover('one') }) },
    { who: grace, path: ADD, fields: book('Once', { cover: cover('one') }) },
  ]) {
    const answer = await who.post(path, fields, { key });
    expect(answer.status).toBe(422);
    expect(answer.proof).toBe('');
    expect(answer.text).not.toContain('Once');
  }
  const same = await ada.post(ADD, book('Once', { cover: cover('one') }), { key });
  expect(same.headers.get('idempotency-replayed')).toBe('true');
  expect(await count('shop.Book', { title__in: ['Once', 'Another'] })).toBe(1);
});

test('a key that is malformed, or differs from the other one given, is 400', async ({ django, count }) => {
  const ada = await signedIn(django.origin);
  const key = freshKey();
  const fields = book('Malformed');
  for (const options of [
    { key: 'short' },
    { key: 'has spaces in it' },
    { key: 'x'.repeat(129) },
    { header: key },
    { header: '"short"' },
    { key, header: `"${freshKey()}"` },
  ]) {
    expect((await ada.post(ADD, fields, options)).status).toBe(400);
  }
  expect(await count('shop.Book', { title: 'Malformed' })).toBe(0);
  expect((await ada.post(ADD, fields, { key, header: `"${key}"` })).status).toBe(302);
});

test('a form that was refused leaves its key free for the corrected one', async ({ django, count }) => {
  const ada = await signedIn(django.origin);
  const key = freshKey();
  const refused = await ada.post(ADD, book('Corrected', { price: 'much' }), { key });
  expect(refused.status).toBe(200);
  expect(refused.text).toContain('errornote');
  expect(refused.proof).toBe('');

  const corrected = await ada.post(ADD, book('Corrected'), { key });
  expect(corrected.status).toBe(302);
  expect(corrected.headers.has('idempotency-replayed')).toBe(false);
  expect(await count('shop.Book', { title: 'Corrected' })).toBe(1);
});

test('an action that asks for confirmation first is carried out when it is confirmed', async ({
  django,
  count,
}) => {
  const ada = await signedIn(django.origin);
  await ada.post(ADD, book('Deleted'), { key: freshKey() });
  const id =
    /book\/(\d+)\/change\/">Deleted</.exec((await ada.get('/admin/shop/book/?q=Deleted')).text)?.[1] ?? '';
  const key = freshKey();
  const action = { action: 'delete_selected', _selected_action: id, ...formsetOf('form') };

  const asked = await ada.post('/admin/shop/book/', action, { key });
  expect(asked.status).toBe(200);
  expect(asked.proof).toBe('');
  for (const replayed of [null, 'true']) {
    const done = await ada.post('/admin/shop/book/', { ...action, post: 'yes' }, { key });
    expect(done.status).toBe(302);
    expect(done.headers.get('idempotency-replayed')).toBe(replayed);
  }
  expect(await count('shop.Book', { title: 'Deleted' })).toBe(0);
  expect(await count('admin.LogEntry', { object_repr: 'Deleted', action_flag: 3 })).toBe(1);
});

test('a used key gives nothing away without the CSRF token or the session', async ({ django }) => {
  const ada = await signedIn(django.origin);
  const key = freshKey();
  await ada.post(ADD, book('Guarded'), { key });

  const forged = await ada.post(ADD, book('Guarded'), { key, token: 'x'.repeat(64) });
  expect(forged.status).toBe(403);
  expect(forged.proof).toBe('');
  expect(forged.location).toBe('');

  ada.cookies.delete('sessionid');
  const signedOut = await ada.post(ADD, book('Guarded'), { key });
  expect(signedOut.status).toBe(302);
  expect(signedOut.location).toMatch(/^\/admin\/login\//);
  expect(signedOut.proof).toBe('');
  expect(signedOut.headers.has('idempotency-replayed')).toBe(false);

  await ada.signIn('ada');
  const back = await ada.post(ADD, book('Guarded'), { key });
  expect(back.headers.get('idempotency-replayed')).toBe('true');
});

test('a submission whose session ended before it arrived is carried out after signing in', async ({
  django,
  count,
}) => {
  for (const { path, fields, rows } of [
    { path: ADD, fields: book('Patient'), rows: () => count('shop.Book', { title: 'Patient' }) },
    {
      path: '/books/kindred/review/',
      fields: { stars: '4', text: 'Patient' },
      rows: () => count('shop.Review', { text: 'Patient' }),
    },
  ]) {
    const ada = createVisitor(django.origin);
    const key = freshKey();
    const early = await ada.post(path, fields, { key });
    expect(early.status).toBe(302);
    expect(early.location).toMatch(/\/login\/\?next=/);
    expect(early.proof).toBe('');
    await ada.signIn('ada');
    const late = await ada.post(path, fields, { key });
    expect(late.status).toBe(302);
    expect(late.location).not.toContain('login');
    expect(late.proof).toBe(key);
    expect(await rows()).toBe(1);
  }
});

test('on a public page, too, one key is one order, and what belongs to a user asks to sign in', async ({
  django,
  count,
}) => {
  const visitor = createVisitor(django.origin);
  const key = freshKey();
  for (const replayed of [null, 'true']) {
    const answer = await visitor.post('/order/', order('Nobody'), { key });
    expect(answer.headers.get('idempotency-replayed')).toBe(replayed);
    expect(await visitor.messages()).toEqual([expect.stringMatching(/^Order \d+ was received\.$/)]);
  }
  expect(await count('shop.Order', { customer: 'Nobody' })).toBe(1);

  const grace = await signedIn(django.origin, 'grace');
  const hers = freshKey();
  await grace.post('/order/', order('Grace'), { key: hers });
  const signedOut = await visitor.post('/order/', order('Grace'), { key: hers });
  expect(signedOut.status).toBe(401);
  expect(signedOut.proof).toBe('');
  expect(await count('shop.Order', { customer: 'Grace' })).toBe(1);
});

test('without a key a form works as it does without the app', async ({ django, count }) => {
  const visitor = createVisitor(django.origin);
  for (const _ of [1, 2]) {
    const answer = await visitor.post('/order/', order('Keyless'));
    expect(answer.status).toBe(302);
    expect(answer.proof).toBe('');
  }
  expect(await count('shop.Order', { customer: 'Keyless' })).toBe(2);
});

test('nothing of a password is kept: signing in takes no key, and a fingerprint knows none', async ({
  django,
  count,
}) => {
  const ada = createVisitor(django.origin);
  const key = freshKey();
  const answer = await ada.post('/admin/login/', { username: 'ada', password: 'admin' }, { key });
  expect(answer.status).toBe(302);
  expect(answer.proof).toBe('');
  expect(await count('resilient_forms.IdempotencyRecord', { key })).toBe(0);

  const script = [
    'from django.test import RequestFactory',
    'from resilient_forms.idempotency import fingerprints',
    'of = lambda **data: fingerprints(RequestFactory().post("/p/", data), "1")',
    'print(of(a="1", new_password1="x") == of(a="1", new_password1="y"), of(a="1") == of(a="2"))',
  ];
  expect((await django.python(['shell', '-v0', '-c', script.join('; ')])).trim()).toBe('True False');
});

test('old keys are swept, and count no more before that', async ({ django, count }) => {
  const visitor = createVisitor(django.origin);
  const key = freshKey();
  await visitor.post('/order/', order('Old'), { key });
  const age = [
    'from resilient_forms.models import IdempotencyRecord as R',
    'from datetime import timedelta',
    `print(R.objects.filter(key="${key}").update(created_at=R.objects.get(key="${key}").created_at - timedelta(days=15)))`,
  ].join('; ');
  await django.python(['shell', '-v0', '-c', age]);
  const again = await visitor.post('/order/', order('Old'), { key });
  expect(again.status).toBe(302);
  expect(again.headers.has('idempotency-replayed')).toBe(false);
  expect(await count('shop.Order', { customer: 'Old' })).toBe(2);

  await django.python(['shell', '-v0', '-c', age]);
  expect(await django.python(['sweep_resilient_forms'])).toContain('1 keys');
  expect(await count('resilient_forms.IdempotencyRecord', { key })).toBe(0);
});

/** The changelist's own formset, of which an action needs no rows. */
function formsetOf(prefix: string): Fields {
  return { [`${prefix}-TOTAL_FORMS`]: '0', [`${prefix}-INITIAL_FORMS`]: '0' };
}
