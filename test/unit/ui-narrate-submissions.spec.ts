import { expect, test } from '@playwright/test';
import { entry, listen, submission, texts } from '../support/narration.js';

test('"safe on this device" is said when the server cannot take it, once a submission', () => {
  const { emit, status, said } = listen();
  status('unreachable');
  emit('submission:queued', submission('1'));
  emit('submission:queued', submission('1', { attempts: 1 }));
  emit('submission:queued', submission('2'));
  expect(texts(said).slice(1)).toEqual([
    'Your submission is safe on this device.',
    '2 submissions are safe on this device.',
  ]);
});

test('what goes through at once is not talked about', () => {
  const { emit, status, said } = listen();
  status('online');
  emit('submission:queued', submission('1'));
  emit('submission:attempt', submission('1', { state: 'sending' }));
  emit(
    'submission:sent',
    submission('1', { state: 'sent', attempts: 1, response: { status: 200, url: '/x' } }),
  );
  expect(said).toEqual([]);
});

test('without durable storage nothing is called safe', () => {
  const { emit, status, said } = listen({ storage: 'memory' });
  status('down');
  emit('submission:queued', submission('1'));
  expect(said[1]).toMatchObject({
    kind: 'error',
    text: 'Keep this page open: your submission is kept only here.',
  });
  expect(texts(said).join()).not.toContain('safe');
});

test('what waited is said to be received, with a link to the answer; many are said together', () => {
  const { emit, status, said, shown, entries, results } = listen();
  status('unreachable');
  entries.set('1', entry('1'));
  results.set('1', { url: '/orders/7/', words: '' });
  emit('submission:queued', submission('1'));
  emit('submission:queued', submission('2'));
  emit(
    'submission:sent',
    submission('1', { state: 'sent', attempts: 1, response: { status: 200, url: '/orders/7/' } }),
  );
  expect(said.at(-1)).toMatchObject({
    kind: 'success',
    text: 'The server received your submission.',
    detail: '“New order”, submitted 2 hours ago.',
    link: { label: 'Show the result', url: '/orders/7/' },
  });
  emit('submission:sent', submission('2', { state: 'sent', attempts: 1 }));
  expect(said.at(-1)?.text).toBe('The server received 2 submissions.');
  expect(said.at(-1)?.link).toBeUndefined();
  expect([...shown.keys()]).toEqual(['connection', 'sent:1']);
});

test('what waited since an earlier page is said to be received', () => {
  const { emit, said, entries } = listen();
  entries.set('1', entry('1'));
  emit(
    'submission:sent',
    submission('1', { form: null, state: 'sent', attempts: 1, response: { status: 200, url: '/' } }),
  );
  expect(texts(said)).toEqual(['The server received your submission.']);
});

const decide = ['Send again', 'Discard'];
const reasons = [
  { reason: 'sign-in', kind: 'info', text: 'Sign in to send what is waiting.', actions: ['Show'] },
  {
    reason: 'rejected',
    kind: 'error',
    text: 'Not accepted by the server.',
    actions: ['Show'],
  },
  {
    reason: 'unknown',
    kind: 'error',
    text: 'It is not known whether this arrived.',
    actions: decide,
  },
  { reason: 'refused', kind: 'error', text: 'Refused by the server.', actions: decide },
  {
    reason: 'expired',
    kind: 'error',
    text: 'Too old to be sent without asking you.',
    actions: decide,
  },
] as const;

for (const { reason, ...expected } of reasons) {
  test(`held as ${reason}: says so with what can be done, until it is settled`, async () => {
    const { emit, said, shown, called } = listen();
    emit('submission:held', submission('1', { state: 'held', reason }));
    const notice = said[0];
    expect(notice).toMatchObject({ text: expected.text, kind: expected.kind });
    expect(notice?.actions?.map(({ label }) => label)).toEqual(expected.actions);
    for (const action of notice?.actions ?? []) await action.run();
    // Discarding opens the question; it never discards by itself.
    expect(called).toEqual(expected.actions.length === 2 ? ['send 1', 'open 1'] : ['open ']);
    emit('submission:attempt', submission('1', { state: 'sending', attempts: 1 }));
    expect(shown.size).toBe(0);
  });
}

test('several held for one reason are one message', () => {
  const { emit, said, shown } = listen();
  for (const id of ['1', '2', '3'])
    emit('submission:held', submission(id, { state: 'held', reason: 'rejected' }));
  expect(said.at(-1)).toMatchObject({
    text: '3 submissions need you.',
    detail: 'Not accepted by the server.',
  });
  expect(shown.size).toBe(1);
  for (const id of ['1', '2', '3']) emit('submission:discarded', submission(id, { state: 'discarded' }));
  expect(shown.size).toBe(0);
});

test('the link to sign in is the page given, else the one the server redirected to', () => {
  const held = {
    state: 'held',
    reason: 'sign-in',
    response: { status: 200, url: 'https://shop.example/login' },
  } as const;
  const given = listen({ signIn: '/accounts/login/' });
  given.emit('submission:held', submission('1', held));
  expect(given.said[0]?.link).toMatchObject({ url: '/accounts/login/', newTab: true });

  const found = listen();
  found.entries.set('1', entry('1'));
  found.emit('submission:held', submission('1', held));
  expect(found.said[0]?.link?.url).toBe('https://shop.example/login');

  const none = listen();
  none.entries.set('1', entry('1'));
  none.emit('submission:held', submission('1', { ...held, response: { status: 401, url: entry('1').url } }));
  expect(none.said[0]?.link).toBeUndefined();
});

test('signed out and held for it are one prompt, whichever is known first', { tag: '@O07' }, () => {
  const { emit, status, said, shown } = listen();
  status('online');
  status('signed-out');
  emit('submission:held', submission('1', { state: 'held', reason: 'sign-in' }));
  expect([...shown.values()].map(({ text }) => text)).toEqual(['Sign in to send what is waiting.']);
  status('online');
  status('signed-out');
  expect([...shown.values()].map(({ text }) => text)).toEqual(['Sign in to send what is waiting.']);
  expect(texts(said)).toEqual(['You are signed out.', 'Sign in to send what is waiting.']);
});
