import { expect, test } from '@playwright/test';
import type { FieldChange } from '../../src/drafts/merge.js';
import { createRepository } from '../../src/drafts/repository.js';
import { createMemoryStore } from '../../src/storage/memory.js';
import {
  clearDraft,
  draftKey,
  draftRanges,
  fieldPrefix,
  type DraftField,
  type DraftHeader,
} from '../../src/storage/records.js';
import type { Op, Store } from '../../src/storage/store.js';

const key = '["","[]","tab"]';
const header = (revision: number, more: Partial<DraftHeader> = {}): DraftHeader => ({
  v: 1,
  key,
  owner: '',
  scope: '[]',
  form: { name: 'f', title: 'F', page: 'https://site.test/' },
  savedAt: Date.now(),
  revision,
  ...more,
});
const field = (name: string, revision: number): DraftField => ({
  v: 1,
  field: name,
  name,
  revision,
  base: '',
  value: 'x',
});
const change = (name: string, revision: number): FieldChange => ({
  field: name,
  revision,
  record: field(name, revision),
});
const always = () => true;

function opened() {
  const store = createMemoryStore();
  return { store, repository: createRepository(store) };
}

async function acknowledge(store: Store, revision: number) {
  const ref = { key, revision };
  await store.transact(draftRanges(ref), ([head, fields]) => ({
    ops: clearDraft(ref, head![0], fields!),
    result: undefined,
  }));
}

test('a save writes the header and the changed fields, and nothing else', { tag: '@D22' }, async () => {
  const { store, repository } = opened();
  const all = Array.from({ length: 50 }, (_, index) => field(`f${index}`, 1));
  await repository.save(
    { header: header(1), changes: all.map((record) => change(record.field, 1)), all },
    always,
  );
  const written: Op[] = [];
  const spied = createRepository({
    ...store,
    transact: (prefixes, decide) =>
      store.transact(prefixes, (found) => {
        const change = decide(found);
        written.push(...change.ops);
        return change;
      }),
  });
  await spied.save({ header: header(2), changes: [change('f7', 2)], all }, always);
  expect(written).toHaveLength(2);
});

test('a late save does not write what was cleared meanwhile', { tag: '@D04' }, async () => {
  const { store, repository } = opened();
  const save = { header: header(5), changes: [change('a', 5)], all: [field('a', 5)] };
  await repository.save(save, always);
  await acknowledge(store, 6);
  expect(await repository.save(save, always)).toBe(6);
  expect(await repository.headers()).toEqual([]);
  expect(await store.list(fieldPrefix(key))).toEqual([]);
});

test('what was typed after the submission survives its acknowledgement', { tag: '@D04' }, async () => {
  const { store, repository } = opened();
  await repository.save({ header: header(5), changes: [change('a', 5)], all: [field('a', 5)] }, always);
  const later = { header: header(8), changes: [change('b', 8)], all: [field('a', 5), field('b', 8)] };
  await repository.save(later, always);
  await acknowledge(store, 6);
  const draft = await repository.read(key);
  expect(draft.fields.map(({ name }) => name)).toEqual(['b']);
  expect(draft.header?.submitted).toBeUndefined();
});

test('a save leaves a submitted draft submitted', { tag: '@D01' }, async () => {
  const { store, repository } = opened();
  const submitted = { id: 'entry', revision: 5 };
  await store.write([{ put: draftKey(key), value: header(5, { submitted }) }]);
  await repository.save({ header: header(7), changes: [change('b', 7)], all: [field('b', 7)] }, always);
  expect((await repository.read(key)).header).toMatchObject({ submitted, revision: 7 });
});

test('a draft without fields is no draft', async () => {
  const { repository } = opened();
  await repository.save({ header: header(5), changes: [change('a', 5)], all: [field('a', 5)] }, always);
  const removal = { field: 'a', revision: 6, record: null };
  await repository.save({ header: header(6), changes: [removal], all: [] }, always);
  expect(await repository.headers()).toEqual([]);
});

test('a save that was called off writes nothing', { tag: '@D21' }, async () => {
  const { repository } = opened();
  await repository.save({ header: header(5), changes: [change('a', 5)], all: [field('a', 5)] }, () => false);
  expect(await repository.headers()).toEqual([]);
});

test('a store that lost the draft gets the whole of it again', { tag: '@D07' }, async () => {
  const { repository } = opened();
  const all = [field('a', 3), field('b', 5)];
  await repository.save({ header: header(5), changes: [change('b', 5)], all }, always);
  expect((await repository.read(key)).fields).toHaveLength(2);
});

test('a draft that is with an entry does not move', { tag: '@D11' }, async () => {
  const { store, repository } = opened();
  const from = header(5, { submitted: { id: 'entry', revision: 5 } });
  await store.write([{ put: draftKey(key), value: from }]);
  await repository.move(from, { ...from, key: '["","[]","other"]' });
  expect((await repository.headers()).map((head) => head.key)).toEqual([key]);
});

test('a move takes all of a draft, and the old place stays cleared', { tag: '@D11' }, async () => {
  const { repository } = opened();
  const other = '["","[]","other"]';
  const save = { header: header(5), changes: [change('a', 5)], all: [field('a', 5)] };
  await repository.save(save, always);
  await repository.move(header(5), header(5, { key: other }));
  await repository.save(save, always);
  expect((await repository.headers()).map((head) => head.key)).toEqual([other]);
  expect((await repository.read(other)).fields).toEqual([field('a', 5)]);
});

test('what is too old is deleted, unless an entry carries it', async () => {
  const { store, repository } = opened();
  const other = '["","[]","other"]';
  const old = header(1, { savedAt: 10 });
  const carried = header(1, { key: other, savedAt: 10, submitted: { id: 'entry', revision: 1 } });
  await store.write([
    { put: draftKey(key), value: old },
    { put: draftKey(other), value: carried },
  ]);
  expect((await repository.expire(20)).map((head) => head.key)).toEqual([key]);
  expect((await repository.headers()).map((head) => head.key)).toEqual([other]);
});

test('a record of a later version is left alone', async () => {
  const { store, repository } = opened();
  await store.write([{ put: draftKey(key), value: { ...header(1), v: 2, savedAt: 0 } }]);
  expect(await repository.headers()).toEqual([]);
  await repository.expire(Date.now());
  expect(await store.list(draftKey(key))).toHaveLength(1);
});
