import { expect, test } from '@playwright/test';
import { createDiscarded } from '../../src/outbox/discarded.js';
import { heldForEdit, mayHaveArrived } from '../../src/outbox/entry.js';
import { createQueue } from '../../src/outbox/queue.js';
import { createMemoryStore } from '../../src/storage/memory.js';
import {
  bodyKey,
  discardedKey,
  discardedPrefix,
  draftKey,
  type DraftHeader,
} from '../../src/storage/records.js';
import type { Store } from '../../src/storage/store.js';
import type { Attempt, HoldReason } from '../../src/types.js';
import { entry, submission } from './outbox-samples.js';

const waiting = { state: 'waiting' } as const;
const stop = new AbortController();
test.afterAll(() => stop.abort());

function world(owner = 'anna', store: Store = { ...createMemoryStore(), durable: true }, now?: () => number) {
  const limits = { maxEntries: 9, maxBytes: 1000 };
  const queue = createQueue({ store, owner, limits, ...(now && { now }) });
  const over: string[] = [];
  const onOver = ({ id }: { id: string }) => void over.push(id);
  return { store, queue, over, discarded: createDiscarded({ store, owner, onOver, signal: stop.signal }) };
}

const header = (revision: number): DraftHeader => ({
  v: 1,
  key: 'draft',
  owner: 'anna',
  scope: 's',
  form: { name: 'order', title: 'Order', page: 'https://shop.example/' },
  savedAt: 1,
  revision,
});

test(
  'what is discarded is out of the outbox, and comes back to its place with its body',
  { tag: '@O17' },
  async () => {
    const { queue, store, discarded } = world();
    for (const id of ['a', 'b']) await queue.add({ submission: submission(id), as: waiting });
    const before = await queue.list();
    expect((await queue.setAside('a'))?.id).toBe('a');
    expect((await queue.due()).map(({ id }) => id)).toEqual(['b']);
    expect(await discarded.bringBack('a')).toEqual(before[0]);
    expect(await queue.list()).toEqual(before);
    expect(await queue.body('a')).toEqual(submission('a').body);
    expect(await store.list(discardedPrefix())).toEqual([]);
    expect(await discarded.bringBack('a')).toBeUndefined();
  },
);

test('what was discarded on its way learns how that ended', { tag: '@O17' }, async () => {
  const { queue, discarded } = world();
  const seen = await queue.add({ submission: submission('a'), as: waiting });
  await queue.claim(seen, 'me', 5000);
  await queue.setAside('a');
  expect(await queue.renew('a', 'me', 9000)).toBe(false);
  const refused = { state: 'held', reason: 'refused' } as const;
  expect(await queue.update('a', (known) => ({ ...known, ...refused }))).toBeUndefined();
  expect(await queue.list()).toEqual([]);
  expect(await discarded.bringBack('a')).toMatchObject(refused);
});

test('its draft goes with it again, unless the person typed on', { tag: ['@O17', '@D01'] }, async () => {
  for (const typedOn of [false, true]) {
    const { queue, store, discarded } = world();
    const ref = { key: 'draft', revision: 5 };
    const handed = { ...header(5), submitted: { id: 'a', revision: 5 } };
    const ops = [{ put: draftKey('draft'), value: handed }];
    await queue.add({ submission: submission('a'), as: waiting, draft: { ref, ops } });
    await queue.setAside('a');
    expect(await store.get(draftKey('draft'))).toEqual(header(5));
    if (typedOn) await store.write([{ put: draftKey('draft'), value: header(6) }]);
    await discarded.bringBack('a');
    expect(await store.get(draftKey('draft'))).toEqual(typedOn ? header(6) : handed);
  }
});

test(
  'no longer wanted, acknowledged after all, or purged, nothing of it is left',
  { tag: ['@O17', '@D21'] },
  async () => {
    const ways: ((world_: ReturnType<typeof world>) => Promise<unknown>)[] = [
      ({ discarded }) => discarded.forget(['a']),
      ({ queue }) => queue.remove('a'),
      ({ queue }) => queue.clear(),
    ];
    for (const away of ways) {
      const here = world();
      await here.queue.add({ submission: submission('a'), as: waiting });
      await here.queue.setAside('a');
      await away(here);
      expect(await here.store.get(discardedKey('a'))).toBeUndefined();
      expect(await here.store.get(bodyKey('a'))).toBeUndefined();
      expect(await here.discarded.bringBack('a')).toBeUndefined();
    }
  },
);

test('what nobody can bring back any more is said to be over, once', { tag: '@O17' }, async () => {
  const { queue, discarded, over } = world();
  await queue.add({ submission: submission('a'), as: waiting });
  await queue.setAside('a');
  await discarded.bringBack('a');
  await discarded.forget(['a']);
  expect(over).toEqual([]);
  await queue.setAside('a');
  await discarded.forget(['a']);
  await discarded.forget(['a']);
  expect(over).toEqual(['a']);
});

test('another owner neither brings it back nor deletes it', { tag: ['@O17', '@O12'] }, async () => {
  const { queue, store, discarded } = world('anna');
  await queue.add({ submission: submission('a'), as: waiting });
  await queue.setAside('a');
  const ben = world('ben', store);
  expect(await ben.discarded.bringBack('a')).toBeUndefined();
  await ben.discarded.forget(['a']);
  expect(ben.over).toEqual([]);
  await ben.queue.clear();
  expect(await ben.queue.remove('a')).toBeUndefined();
  expect((await discarded.bringBack('a'))?.id).toBe('a');
});

test(
  'a corrected one takes the place of a held one, and of no other',
  { tag: ['@O17', '@O04'] },
  async () => {
    const { queue, store } = world();
    for (const id of ['a', 'b']) await queue.add({ submission: submission(id), as: waiting });
    await queue.update('a', (known) => ({ ...known, state: 'held', reason: 'rejected', attempts: 1 }));
    await queue.add({ submission: submission('c'), as: waiting, replaces: 'a' });
    expect((await queue.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await queue.add({ submission: submission('d'), as: waiting, corrects: 'a' });
    expect((await queue.list()).map(({ id }) => id)).toEqual(['d', 'b', 'c']);
    expect(await store.get(bodyKey('a'))).toBeUndefined();
    // It was let go meanwhile, and may be on its way.
    await queue.claim((await queue.get('b'))!, 'me', 5000);
    await queue.add({ submission: submission('e'), as: waiting, corrects: 'b' });
    expect((await queue.list()).map(({ id }) => id)).toEqual(['d', 'b', 'c', 'e']);
  },
);

test(
  'what waits, or would go after a sign-in, is held to be edited; a reason that stays is kept',
  { tag: '@O17' },
  () => {
    expect(heldForEdit(entry())).toMatchObject({ state: 'held', reason: 'edit' });
    expect(heldForEdit(entry({ state: 'held', reason: 'sign-in' }))).toMatchObject({ reason: 'edit' });
    const held = entry({ state: 'held', reason: 'unknown' });
    expect(heldForEdit(held)).toBe(held);
    const sending = entry({ state: 'sending', lease: { holder: 'me', until: 1 } });
    expect(heldForEdit(sending)).toBe(sending);
  },
);

const attempt = (name: Attempt['class']): Attempt => ({ at: 0, class: name });
const doubts: [doubt: boolean, history: Attempt['class'][], reason?: HoldReason][] = [
  [false, []],
  [true, ['started']],
  [false, ['started', 'busy']],
  [true, ['started', 'unknown']],
  [true, ['started', 'unknown', 'started', 'busy']],
  [true, ['started', 'started', 'rejected'], 'rejected'],
  [false, ['started', 'rejected'], 'rejected'],
  // The page after a native submission said so, which leaves no attempt behind.
  [false, ['started'], 'sign-in'],
  [true, ['started'], 'unknown'],
];

for (const [doubt, history, reason] of doubts) {
  test(`after ${history.join(', ') || 'nothing'}${reason ? `, held as ${reason}` : ''}: it ${doubt ? 'may have' : 'has not'} arrived`, () => {
    const known = entry({ history: history.map(attempt), ...(reason && { state: 'held', reason }) });
    expect(mayHaveArrived(known)).toBe(doubt);
  });
}
