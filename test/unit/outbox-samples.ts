import type { EntryRecord } from '../../src/storage/records.js';
import type { Submission } from '../../src/types.js';

/** An entry that waits and was never tried. */
export const entry = (more: Partial<EntryRecord> = {}): EntryRecord => ({
  v: 1,
  id: 'id',
  key: 'id',
  owner: '',
  url: 'https://shop.example/orders/',
  method: 'POST',
  lane: 'lane',
  form: { name: 'order', title: 'Order', page: 'https://shop.example/' },
  state: 'waiting',
  unknown: 'replay',
  delivery: 'native',
  attempts: 0,
  createdAt: 900_000,
  nextAttemptAt: 900_000,
  size: 10,
  history: [],
  sequence: 1,
  ...more,
});

export const submission = (id: string, more: Partial<Submission> = {}): Submission => ({
  id,
  key: id,
  url: 'https://shop.example/orders/',
  method: 'POST',
  body: { kind: 'form', enctype: 'application/x-www-form-urlencoded', fields: [['title', `of ${id}`]] },
  lane: 'lane',
  form: { name: 'order', title: 'Order', page: 'https://shop.example/' },
  unknown: 'replay',
  delivery: 'native',
  ...more,
});
