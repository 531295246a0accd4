import { expect, test } from '@playwright/test';
import { requestLock } from '../../src/outbox/lock.js';
import { createQueue } from '../../src/outbox/queue.js';
import { createMemoryStore } from '../../src/storage/memory.js';
import { bodyKey, metaKey } from '../../src/storage/records.js';
import type { Store } from '../../src/storage/store.js';
import { submission } from './outbox-samples.js';

const waiting = { state: 'waiting' } as const;

/** Memory that counts as durable: what a queue takes for a disk. */
function world(owner = 'anna', limits = { maxEntries: 3, maxBytes: 1000 }, store = durable()) {
  let time = 1000;
  const queue = createQueue({ store, owner, limits, now: () => time });
  const signIn = (owner: string) =>
    store.write([{ put: metaKey('owner'), value: { v: 1, owner, at: time } }]);
  return { queue, store, signIn, tick: (by: number) => void (time += by) };
}

const durable = (): Store => ({ ...createMemoryStore(), durable: true });

test(
  'entries are listed in the order of submitting, also within one millisecond',
  { tag: '@O03' },
  async () => {
    const { queue } = world();
    for (const id of ['b', 'a', 'c']) await queue.add({ submission: submission(id), as: waiting });
    expect((await queue.list()).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  },
);

test('an entry that was never tried is replaced, in its place', { tag: '@O04' }, async () => {
  const { queue, store } = world();
  for (const id of ['a', 'b']) await queue.add({ submission: submission(id), as: waiting });
  await queue.add({ submission: submission('new'), as: waiting, replaces: 'a' });
  expect((await queue.list()).map(({ id }) => id)).toEqual(['new', 'b']);
  expect(await store.get(bodyKey('a'))).toBeUndefined();
});

test('an entry that was tried is not', { tag: '@O04' }, async () => {
  const { queue } = world();
  const first = await queue.add({ submission: submission('a'), as: waiting });
  await queue.claim(first, 'me', 5000);
  await queue.add({ submission: submission('new'), as: waiting, replaces: 'a' });
  expect((await queue.list()).map(({ id }) => id)).toEqual(['a', 'new']);
});

test('of two drainers that saw the same entry, one has it', { tag: '@O13' }, async () => {
  const { queue } = world();
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  const claims = await Promise.all(['one', 'two'].map((holder) => queue.claim(seen, holder, 5000)));
  expect(claims.map((claim) => claim?.lease?.holder)).toEqual(['one', undefined]);
  expect((await queue.get('a'))?.attempts).toBe(1);
});

test('an entry that was held meanwhile is not claimed', { tag: '@O14' }, async () => {
  const { queue } = world();
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  await queue.update('a', (entry) => ({ ...entry, state: 'held', reason: 'refused' }));
  expect(await queue.claim(seen, 'me', 5000)).toBeUndefined();
});

test('a lease is renewed by its holder alone', { tag: '@O13' }, async () => {
  const { queue } = world();
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  await queue.claim(seen, 'me', 5000);
  expect(await queue.renew('a', 'another', 9000)).toBe(false);
  expect(await queue.renew('a', 'me', 9000)).toBe(true);
  expect((await queue.get('a'))?.lease).toEqual({ holder: 'me', until: 9000 });
});

test('another owner sees, sends and deletes nothing', { tag: '@O12' }, async () => {
  const { queue, store } = world('anna');
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  const { queue: other } = world('ben', undefined, store);
  expect(await other.list()).toEqual([]);
  expect(await other.claim(seen, 'me', 5000)).toBeUndefined();
  expect(await other.update('a', (entry) => ({ ...entry, state: 'held' }))).toBeUndefined();
  expect(await other.giveUp('a')).toBeUndefined();
  await other.clear();
  expect(await queue.list()).toEqual([seen]);
});

test('while somebody else is signed in, nothing is due and no attempt goes on', { tag: '@O12' }, async () => {
  const { queue, signIn } = world('anna');
  await signIn('anna');
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  expect(await queue.due()).toEqual([seen]);
  await queue.claim(seen, 'me', 5000);
  await signIn('ben');
  expect(await queue.due()).toEqual([]);
  expect(await queue.renew('a', 'me', 9000)).toBe(false);
  expect(await queue.claim((await queue.get('a'))!, 'me', 9000)).toBeUndefined();
  await signIn('anna');
  expect(await queue.due()).toHaveLength(1);
});

test('a full outbox refuses what is new and keeps what is old', { tag: '@O15' }, async () => {
  const { queue } = world('anna', { maxEntries: 2, maxBytes: 1000 });
  for (const id of ['a', 'b']) await queue.add({ submission: submission(id), as: waiting });
  await expect(queue.add({ submission: submission('c'), as: waiting })).rejects.toThrow(
    'no room, at most 2 entries',
  );
  expect((await queue.list()).map(({ id }) => id)).toEqual(['a', 'b']);
  const { queue: small } = world('anna', { maxEntries: 9, maxBytes: 5 });
  await expect(small.add({ submission: submission('c'), as: waiting })).rejects.toThrow('at most 5 bytes');
});

test('a store that turned to memory takes nothing', { tag: ['@O15', '@D07'] }, async () => {
  const { queue, store } = world('anna', undefined, createMemoryStore());
  await expect(queue.add({ submission: submission('a'), as: waiting })).rejects.toThrow(
    'storage: open failed',
  );
  expect(await queue.list()).toEqual([]);
  expect(await store.get(bodyKey('a'))).toBeUndefined();
});

test('deleting an entry deletes its body', { tag: '@O01' }, async () => {
  const { queue, store } = world();
  await queue.add({ submission: submission('a'), as: waiting });
  expect(await queue.body('a')).toBeDefined();
  expect((await queue.remove('a'))?.id).toBe('a');
  expect(await store.get(bodyKey('a'))).toBeUndefined();
  expect(await queue.remove('a')).toBeUndefined();
});

test(
  'an app’s request is its page’s to send, unless others of its lane wait or are sent by somebody else',
  { tag: '@O20' },
  async () => {
    const { queue } = world();
    const mine = (id: string) => ({ state: 'request', holder: requestLock(id), until: 5000 }) as const;
    const first = await queue.add({ submission: submission('a'), as: mine('a') });
    expect(first).toMatchObject({ state: 'sending', attempts: 1, lease: { holder: requestLock('a') } });
    expect(await queue.add({ submission: submission('b'), as: mine('b') })).toMatchObject({
      state: 'sending',
    });
    await queue.update('a', (entry) => ({ ...entry, state: 'waiting' }));
    expect(await queue.add({ submission: submission('c'), as: mine('c') })).toMatchObject({
      state: 'waiting',
      attempts: 0,
    });
  },
);
