import { expect, test } from '@playwright/test';
import { compare, mergeJournal, sameValue, type FieldChange } from '../../src/drafts/merge.js';
import type { DraftField, DraftHeader } from '../../src/storage/records.js';

const key = '["","[]","tab"]';
const header = (revision: number, more: Partial<DraftHeader> = {}): DraftHeader => ({
  v: 1,
  key,
  owner: '',
  scope: '[]',
  form: { name: 'f', title: 'F', page: 'https://site.test/' },
  savedAt: revision,
  revision,
  ...more,
});
const field = (name: string, revision: number, value = 'typed'): DraftField => ({
  v: 1,
  field: name,
  name,
  revision,
  base: '',
  value,
});
const change = (name: string, revision: number, value?: string): FieldChange => ({
  field: name,
  revision,
  record: field(name, revision, value),
});

test('a draft wins where the page did not change', { tag: '@D08' }, () => {
  expect(compare({ base: 'a', value: 'b' }, 'a')).toBe('restore');
});

test('a field that the page has already leaves the draft', { tag: '@D08' }, () => {
  expect(compare({ base: 'a', value: 'b' }, 'b')).toBe('drop');
});

test('a field that both sides changed is a conflict', { tag: '@D08' }, () => {
  expect(compare({ base: 'a', value: 'b' }, 'c')).toBe('conflict');
});

test('empty, unchecked and nothing chosen are values', { tag: '@D14' }, () => {
  expect(compare({ base: 'a', value: '' }, 'a')).toBe('restore');
  expect(compare({ base: true, value: false }, true)).toBe('restore');
  expect(compare({ base: ['x'], value: [] }, ['x'])).toBe('restore');
  expect(sameValue(null, '')).toBe(false);
  expect(sameValue(false, '')).toBe(false);
});

test('values are compared by what they hold', () => {
  expect(sameValue(['a', 'b'], ['a', 'b'])).toBe(true);
  expect(sameValue(['a', 'b'], ['a,b'])).toBe(false);
  expect(sameValue([], null)).toBe(false);
});

test('a journal brings in what the store does not have', { tag: '@D05' }, () => {
  const journal = { v: 1 as const, header: header(5), changes: [change('a', 5)] };
  expect(mergeJournal(journal, { header: undefined, fields: [], cleared: 0 })).toEqual([
    { put: ['field', key, 'a'], value: field('a', 5) },
    { put: ['draft', key], value: header(5) },
  ]);
});

test('a journal never takes back something newer', { tag: '@D05' }, () => {
  const journal = { v: 1 as const, header: header(5), changes: [change('a', 5, 'old'), change('b', 5)] };
  const stored = { header: header(7), fields: [field('a', 7)], cleared: 0 };
  expect(mergeJournal(journal, stored)).toEqual([
    { put: ['field', key, 'b'], value: field('b', 5) },
    { put: ['draft', key], value: header(7) },
  ]);
});

test('a journal does not bring back what was cleared since', { tag: '@D04' }, () => {
  const journal = { v: 1 as const, header: header(5), changes: [change('a', 5)] };
  expect(mergeJournal(journal, { header: undefined, fields: [], cleared: 5 })).toEqual([]);
});

test(
  'what was typed after the submission comes out of the journal when the submission is cleared',
  { tag: '@D04' },
  () => {
    const journal = { v: 1 as const, header: header(8), changes: [change('a', 5), change('b', 8)] };
    expect(mergeJournal(journal, { header: undefined, fields: [], cleared: 5 })).toEqual([
      { put: ['field', key, 'b'], value: field('b', 8) },
      { put: ['draft', key], value: header(8) },
    ]);
  },
);

test('a journal leaves a submitted draft submitted', { tag: '@D04' }, () => {
  const submitted = { id: 'entry', revision: 5 };
  const journal = { v: 1 as const, header: header(8), changes: [change('b', 8)] };
  const ops = mergeJournal(journal, {
    header: header(5, { submitted }),
    fields: [field('a', 5)],
    cleared: 0,
  });
  expect(ops.at(-1)).toEqual({ put: ['draft', key], value: header(8, { submitted }) });
});

test('a journal that empties the draft deletes it', () => {
  const journal = { v: 1 as const, header: header(8), changes: [{ field: 'a', revision: 8, record: null }] };
  expect(mergeJournal(journal, { header: header(5), fields: [field('a', 5)], cleared: 0 })).toEqual([
    { delete: ['field', key, 'a'] },
    { delete: ['draft', key] },
  ]);
});
