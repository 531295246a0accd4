import { backoff } from '../lib/backoff.js';
import { uuid } from '../lib/uuid.js';
import type { EntryRecord } from '../storage/records.js';
import type { Attempt, AttemptClass, HoldDetail, HoldReason } from '../types.js';

/** Attempts remembered of one entry. */
const remembered = 20;

/** How the durable schedule waits: ceilings grow from `delay` to `limit`, milliseconds. */
export interface Schedule {
  delay: number;
  limit: number;
}

/** What one attempt came to, as the entry has to know it. */
export interface Outcome {
  class: Exclude<AttemptClass, 'acknowledged'>;
  detail?: HoldDetail;
  /** The answer itself leaves it open: to ask again would not tell more. */
  decided?: true;
  status?: number;
  /** The server's own word on when to come back, epoch milliseconds. */
  retryAt?: number;
  /** What it said, for the person. */
  answer?: string;
}

/** An attempt begins: from here on it is not known whether the submission arrived. */
export function begun(entry: EntryRecord, holder: string, until: number, now: number): EntryRecord {
  const { reason: _, detail: _detail, status: _status, answer: _answer, ...rest } = entry;
  return {
    ...rest,
    state: 'sending',
    attempts: entry.attempts + 1,
    history: remember(entry, { at: now, class: 'started' }),
    lease: { holder, until },
  };
}

/** An attempt ended without acknowledgement. */
export function ended(
  entry: EntryRecord,
  outcome: Outcome,
  schedule: Schedule,
  now: number,
  random = Math.random,
): EntryRecord {
  const { lease: _, notBefore: _until, ...rest } = entry;
  const attempt: Attempt = {
    at: now,
    class: outcome.class,
    ...(outcome.status !== undefined && { status: outcome.status }),
  };
  const next = {
    ...rest,
    history: remember(entry, attempt),
    ...(outcome.status !== undefined && { status: outcome.status }),
    ...(outcome.answer && { answer: outcome.answer }),
  };
  const waits = outcome.class === 'unknown' && entry.unknown === 'replay' && !outcome.decided;
  if (outcome.class === 'busy' || waits) {
    return {
      ...next,
      state: 'waiting',
      nextAttemptAt: now + backoff(entry.attempts, schedule, random),
      ...(outcome.retryAt !== undefined && { notBefore: outcome.retryAt }),
    };
  }
  return held(next, outcome.class, outcome.detail);
}

/** The entry needs a person. */
export function held(entry: EntryRecord, reason: HoldReason, detail?: HoldDetail): EntryRecord {
  const { lease: _, ...rest } = entry;
  return { ...rest, state: 'held', reason, ...(detail && { detail }) };
}

/** A person, or a sign-in, lets the entry go on: due at once, whatever it waited for. */
export function released(entry: EntryRecord, now: number): EntryRecord {
  const { lease: _, reason: _reason, detail, notBefore: _until, ...rest } = entry;
  // Under the old key the server would refuse it for ever.
  const key = detail === 'key-spent' ? uuid() : entry.key;
  return { ...rest, key, state: 'waiting', nextAttemptAt: now, releasedAt: now };
}

/** What the browser was sending may be over, and nobody can say how: the plan decides when the server can be asked. */
export function lapsed(entry: EntryRecord, now: number): EntryRecord {
  const { closes: _, ...rest } = entry;
  return entry.lease ? { ...rest, lease: { ...entry.lease, until: now } } : entry;
}

const remember = (entry: EntryRecord, attempt: Attempt): Attempt[] => [
  ...entry.history.slice(-(remembered - 1)),
  attempt,
];

/** The browser was to send it and did not: it waits as if it had just been queued. */
export function unsent(entry: EntryRecord, now: number): EntryRecord {
  const { lease: _, ...rest } = entry;
  return { ...rest, state: 'waiting', attempts: 0, history: [], nextAttemptAt: now };
}

/** A person takes it back into its form. One that a sign-in would let go is not to leave meanwhile. */
export function heldForEdit(entry: EntryRecord): EntryRecord {
  const waits = entry.state === 'waiting' || entry.reason === 'sign-in';
  return waits ? held(entry, 'edit') : entry;
}

/** Whether some attempt had no answer, or has none yet: the server may have it. */
export function mayHaveArrived({ history, reason }: EntryRecord): boolean {
  const answered = reason === 'sign-in' || reason === 'rejected' || reason === 'refused';
  return history.some(({ class: name }, index) => {
    const next = history[index + 1]?.class ?? (answered ? reason : 'started');
    return name === 'unknown' || (name === 'started' && next === 'started');
  });
}
