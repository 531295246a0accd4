import { expect, test } from '@playwright/test';
import { form, listen, submission, texts } from '../support/narration.js';

test('a lost connection is said once, and that it is back once', { tag: '@U04' }, () => {
  const { status, said } = listen();
  status('unknown');
  status('online');
  status('unreachable');
  status('unreachable', { queued: 1 });
  status('down');
  status('degraded', { queued: 1 });
  status('online');
  expect(texts(said)).toEqual(['The server is not available right now.', 'The server answers again.']);
});

test('something else answering and being signed out are said as what they are', () => {
  const { status, said, shown } = listen();
  status('intercepted');
  status('signed-out');
  expect(texts(said)).toEqual(['Something else answers in place of the server.', 'You are signed out.']);
  status('online');
  expect(said).toHaveLength(2);
  expect(shown.size).toBe(0);
});

test('a restored draft says its age and fields, lists what is missing, and can be undone', async () => {
  const { emit, said, called } = listen();
  const draft = { key: 'k', form, savedAt: Date.now() - 7_200_000, fields: ['a', 'b'], missing: ['photo'] };
  emit('draft:restored', draft);
  expect(said[0]).toMatchObject({
    text: 'What you typed here is back: 2 fields.',
    detail: 'Last saved 2 hours ago. Could not be put back: label of photo.',
  });
  await said[0]?.actions?.[0]?.run();
  expect(called).toEqual(['undo k']);
  expect(said[1]?.text).toBe('The page shows its own values again.');
});

test('a draft of which nothing could be put back is not called back', () => {
  const { emit, said } = listen();
  emit('draft:restored', { key: 'k', form: null, savedAt: Date.now(), fields: [], missing: ['photo'] });
  emit('draft:restored', { key: 'l', form: null, savedAt: Date.now(), fields: [], missing: [] });
  expect(texts(said)).toEqual(['Could not be put back: photo.']);
  expect(said[0]?.actions).toBeUndefined();
});

test('a conflict is a choice, and nothing is undone once the form is on its way', async () => {
  const { emit, said, shown, called } = listen();
  emit('draft:conflict', { key: 'k', form, savedAt: Date.now() - 60_000, fields: ['a'] });
  expect(said[0]?.actions?.map(({ label }) => label)).toEqual(['Use mine', 'Keep page']);
  await said[0]?.actions?.[1]?.run();
  expect(called).toEqual(['resolve k page']);
  emit('submission:attempt', submission('1', { state: 'sending' }));
  expect(shown.size).toBe(0);
});

test('what is not saved, or cannot be kept, is said as an error and can be tried again', async () => {
  const { narrator, said, shown } = listen();
  let tried = 0;
  narrator.notSaved(() => void tried++);
  expect(said[0]).toMatchObject({ kind: 'error', text: 'This is NOT saved.' });
  await said[0]?.actions?.[0]?.run();
  expect(tried).toBe(1);
  narrator.cannotKeep();
  expect(said[1]?.detail).toContain('never stored');
  expect(shown.size).toBe(1);
  narrator.settled();
  expect(shown.size).toBe(0);
  narrator.alreadyWaiting();
  expect(said[2]?.text).toBe('This is already waiting to be sent.');
});

test('a storage failure is said once, and taken back when saving works again', { tag: '@D07' }, () => {
  const { emit, said, shown } = listen();
  const failure = { operation: 'write', fallback: 'none', name: 'QuotaExceededError' } as const;
  emit('storage:error', failure);
  emit('storage:error', failure);
  expect(texts(said)).toEqual(['What you type is not being saved.']);
  emit('draft:saved', { key: 'k', form: null, savedAt: 0, fields: [] });
  expect(shown.size).toBe(0);
});

test('after stop nothing is said', { tag: '@H08' }, () => {
  const { status, stop, said } = listen();
  stop.abort();
  status('unreachable');
  expect(said).toEqual([]);
});
