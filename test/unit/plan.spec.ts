import { expect, test } from '@playwright/test';
import { plan, type Plan, type PlanContext } from '../../src/outbox/plan.js';
import type { EntryRecord } from '../../src/storage/records.js';
import { entry } from './outbox-samples.js';

const now = 1_000_000;
const day = 86_400_000;
const base: PlanContext = {
  now,
  inFlight: new Set(),
  recoveredAt: 0,
  dedupes: false,
  exclusive: true,
  maxAge: 7 * day,
};

const ids = ({ start, expire, doubt, forgotten, wakeAt }: Plan) => ({
  start: start.map(({ id }) => id),
  expire: expire.map(({ id }) => id),
  doubt: doubt.map(({ id }) => id),
  forgotten: forgotten.map(({ id }) => id),
  wakeAt,
});
const expected = (more: Partial<ReturnType<typeof ids>>) => ({
  start: [],
  expire: [],
  doubt: [],
  forgotten: [],
  wakeAt: undefined,
  ...more,
});

const failed = (at: number, more: Partial<EntryRecord> = {}) =>
  entry({ attempts: 1, history: [{ at, class: 'unknown' }], nextAttemptAt: now + 5000, ...more });
const busy = (more: Partial<EntryRecord> = {}) =>
  entry({ attempts: 1, history: [{ at: now - 10, class: 'busy' }], nextAttemptAt: now + 5000, ...more });
const sending = (holder: string, until: number, more: Partial<EntryRecord> = {}) =>
  entry({
    state: 'sending',
    attempts: 1,
    lease: { holder, until },
    history: [{ at: now - 10, class: 'started' }],
    ...more,
  });

type Row = [
  title: string,
  entries: EntryRecord[],
  context: Partial<PlanContext>,
  result: Partial<ReturnType<typeof ids>>,
];

const rows: Row[] = [
  ['nothing waits', [], {}, {}],
  [
    'the oldest of a lane alone is due',
    [entry({ id: 'b', sequence: 2 }), entry({ id: 'a', sequence: 1 })],
    {},
    { start: ['a'] },
  ],
  [
    'lanes are independent, the oldest first',
    [entry({ id: 'b', lane: 'two', sequence: 2 }), entry({ id: 'a', lane: 'one', sequence: 1 })],
    {},
    { start: ['a', 'b'] },
  ],
  [
    'a held one stops its lane and no other',
    [
      entry({ id: 'a', state: 'held', reason: 'rejected', sequence: 1 }),
      entry({ id: 'b', sequence: 2 }),
      entry({ id: 'c', lane: 'other', sequence: 3 }),
    ],
    {},
    { start: ['c'] },
  ],
  [
    'what is under way here stops its lane',
    [entry({ id: 'a' }), entry({ id: 'b', sequence: 9 })],
    { inFlight: new Set(['a']) },
    {},
  ],
  [
    'one that was never tried is due whatever its time',
    [entry({ nextAttemptAt: now + 5000 })],
    {},
    { start: ['id'] },
  ],
  ['one that failed waits for its time', [failed(now - 10)], {}, { wakeAt: now + 5000 }],
  ['at its time it is due', [failed(now - 10, { nextAttemptAt: now })], {}, { start: ['id'] }],
  [
    'of several that wait, the first to be due wakes',
    [failed(now - 10), busy({ id: 'b', lane: 'b', nextAttemptAt: now + 50 })],
    {},
    { wakeAt: now + 50 },
  ],
  [
    'the connection came back since: due at once',
    [failed(now - 10)],
    { recoveredAt: now - 5 },
    { start: ['id'] },
  ],
  [
    'it failed since the connection came back: it waits',
    [failed(now - 10)],
    { recoveredAt: now - 20 },
    { wakeAt: now + 5000 },
  ],
  [
    'the fifth time still, at once',
    [failed(now - 10, { attempts: 5 })],
    { recoveredAt: now },
    { start: ['id'] },
  ],
  [
    'not a sixth time: it may be what kills the server',
    [failed(now - 10, { attempts: 6 })],
    { recoveredAt: now },
    { wakeAt: now + 5000 },
  ],
  ['an answer that was busy waits all the same', [busy()], { recoveredAt: now }, { wakeAt: now + 5000 }],
  [
    'what the server asked for outlasts a connection that came back',
    [failed(now - 10, { notBefore: now + day })],
    { recoveredAt: now },
    { wakeAt: now + day },
  ],
  ['and the schedule', [busy({ nextAttemptAt: now, notBefore: now + 60 })], {}, { wakeAt: now + 60 }],
  ['too old', [entry({ createdAt: now - 7 * day })], {}, { expire: ['id'] }],
  ['not yet too old', [entry({ createdAt: now - 7 * day + 1 })], {}, { start: ['id'] }],
  [
    'let go by a person, its age counts from there',
    [entry({ createdAt: 0, releasedAt: now - 1 })],
    { maxAge: 10 },
    { start: ['id'] },
  ],
  ['an abandoned attempt is taken up at once', [sending('gone', now + 9000)], {}, { start: ['id'] }],
  [
    'without locks only time shows that it is',
    [sending('gone', now + 9000)],
    { exclusive: false },
    { wakeAt: now + 9000 },
  ],
  ['and time does', [sending('gone', now)], { exclusive: false }, { start: ['id'] }],
  [
    'asked to ask, an abandoned attempt is asked about',
    [sending('gone', now, { unknown: 'ask' })],
    { dedupes: true },
    { doubt: ['id'] },
  ],
  [
    'what the browser sends is left alone for its time',
    [sending('navigation', now + 9000)],
    { dedupes: true },
    { wakeAt: now + 9000 },
  ],
  ['after that it is asked about', [sending('navigation', now)], {}, { doubt: ['id'] }],
  ['or sent where that is harmless', [sending('navigation', now)], { dedupes: true }, { start: ['id'] }],
  [
    'but never from a pop-up, which its answer closes',
    [sending('navigation', now, { closes: true })],
    { dedupes: true },
    { doubt: ['id'] },
  ],
  [
    'but asked about where the page says so',
    [sending('navigation', now, { unknown: 'ask' })],
    { dedupes: true },
    { doubt: ['id'] },
  ],
  [
    'a doubt comes before age',
    [sending('navigation', now, { createdAt: 0 })],
    { maxAge: 10 },
    { doubt: ['id'] },
  ],
  [
    'what may have arrived longer ago than the server remembers keys is asked about',
    [failed(now - 10, { createdAt: now - 100, nextAttemptAt: 0 })],
    { dedupes: true, keyLife: 100 },
    { forgotten: ['id'] },
  ],
  [
    'also when a later attempt was not taken, which says nothing of the earlier one',
    [
      busy({
        createdAt: now - 100,
        history: [
          { at: now - 50, class: 'unknown' },
          { at: now - 10, class: 'busy' },
        ],
        nextAttemptAt: 0,
      }),
    ],
    { dedupes: true, keyLife: 100 },
    { forgotten: ['id'] },
  ],
  [
    'and when nobody knows how its last attempt ended',
    [sending('gone', now, { createdAt: now - 100 })],
    { dedupes: true, keyLife: 100 },
    { forgotten: ['id'] },
  ],
  [
    'what was never attempted, or never taken, is not',
    [
      entry({ id: 'new', lane: 'new', createdAt: now - 100 }),
      busy({ id: 'busy', lane: 'busy', createdAt: now - 100, nextAttemptAt: 0 }),
    ],
    { dedupes: true, keyLife: 100 },
    { start: ['new', 'busy'] },
  ],
  [
    'nor what a person let go on since',
    [failed(now - 10, { createdAt: now - 100, releasedAt: now - 50, nextAttemptAt: 0 })],
    { dedupes: true, keyLife: 100 },
    { start: ['id'] },
  ],
];

for (const [title, entries, context, result] of rows) {
  test(`plan: ${title}`, { tag: ['@O14', '@O01'] }, () => {
    expect(ids(plan(entries, { ...base, ...context }))).toEqual(expected(result));
  });
}
