import { createVisitor, type Visitor } from './django-client.js';
import { expect, test } from './django-world.js';

const kept = async (visitor: Visitor) =>
  /name="customer" value="([^"]*)"/.exec((await visitor.get('/order/')).text)?.[1];

const keep = (visitor: Visitor, customer: string) =>
  visitor.post('/order/', {
    book: '1',
    customer,
    email: '',
    quantity: '1',
    note: '',
    password: 'unsaid',
    _keep: '1',
  });

test('a draft kept on the server is there on the owner’s other device, and for nobody else', async ({
  django,
}) => {
  const [desk, phone, grace, nobody] = [1, 2, 3, 4].map(() => createVisitor(django.origin)) as [
    Visitor,
    Visitor,
    Visitor,
    Visitor,
  ];
  await desk.signIn('ada');
  await phone.signIn('ada');
  await grace.signIn('grace');
  await keep(desk, 'From the desk');
  expect(await kept(phone)).toBe('From the desk');
  expect(await kept(grace)).toBeUndefined();
  expect(await kept(nobody)).toBeUndefined();

  await keep(phone, 'From the phone');
  expect(await kept(desk)).toBe('From the phone');
  await phone.post('/order/', { book: '1', customer: 'x', email: 'x@example.org', quantity: '1', note: '' });
  expect(await kept(desk)).toBeUndefined();
});

test('an anonymous draft stays with its session, and goes to no owner by signing in', async ({ django }) => {
  const visitor = createVisitor(django.origin);
  await keep(visitor, 'Somebody');
  expect(await kept(visitor)).toBe('Somebody');
  expect(await kept(createVisitor(django.origin))).toBeUndefined();
  await visitor.signIn('grace');
  expect(await kept(visitor)).toBeUndefined();
});

test('a draft has no password, no token and no session key in it, and ends', async ({ django, count }) => {
  const visitor = createVisitor(django.origin);
  await keep(visitor, 'Kept');
  const session = visitor.cookies.get('sessionid') ?? '';
  expect(session).not.toBe('');
  const rows = await django.python([
    'shell',
    '-v0',
    '-c',
    'from resilient_forms.models import FormDraft; print(list(FormDraft.objects.values()))',
  ]);
  expect(rows).toContain('Kept');
  for (const secret of ['unsaid', 'csrfmiddlewaretoken', 'password', session])
    expect(rows).not.toContain(secret);

  const age =
    'from resilient_forms.models import FormDraft as D; from django.utils.timezone import now, timedelta';
  await django.python(['shell', '-v0', '-c', `${age}; D.objects.update(saved_at=now() - timedelta(days=8))`]);
  expect(await kept(visitor)).toBeUndefined();
  await django.python(['sweep_resilient_forms']);
  expect(await count('resilient_forms.FormDraft')).toBe(0);
});
