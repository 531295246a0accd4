import type { EntryRecord } from '../storage/records.js';

/** Attempts up to which a returned connection shortens the wait: an entry that kills the server must not loop on it. */
const eagerAttempts = 5;

export interface PlanContext {
  now: number;
  /** Ids being attempted by this drainer. */
  inFlight: ReadonlySet<string>;
  /** Since when the connection is back: what waited only for it is due, epoch milliseconds. */
  recoveredAt: number;
  /** The server is known to de-duplicate by idempotency key. */
  dedupes: boolean;
  /** For how long it remembers a key, milliseconds; `undefined` when it never said. */
  keyLife?: number | undefined;
  /** Whether holding the drain lock proves that no other drainer is alive. */
  exclusive: boolean;
  maxAge: number;
  /** Locks that are held: a lease whose holder is one of them is alive. */
  alive?: ReadonlySet<string | undefined>;
}

export interface Plan {
  /** To be attempted now, at most one a lane, oldest first. */
  start: EntryRecord[];
  /** Needs a person: too old. */
  expire: EntryRecord[];
  /** Needs a person: it is not known whether it arrived, and nothing says that asking again is harmless. */
  doubt: EntryRecord[];
  /** Needs a person: it may have arrived, and the server does not know its key any more. */
  forgotten: EntryRecord[];
  /** When to look again, epoch milliseconds; absent when nothing waits for time alone. */
  wakeAt?: number;
}

type Step = 'start' | 'expire' | 'doubt' | 'forgotten' | 'stop' | { wakeAt: number };

/**
 * What a drainer has to do with these entries at this moment. Only the oldest entry of a lane is looked at: a held one
 * stops its lane and no other.
 */
export function plan(entries: readonly EntryRecord[], context: PlanContext): Plan {
  const result: Plan = { start: [], expire: [], doubt: [], forgotten: [] };
  for (const head of headsOf(entries)) {
    const step = stepOf(head, context);
    if (step === 'stop') continue;
    if (typeof step === 'object') result.wakeAt = Math.min(step.wakeAt, result.wakeAt ?? Infinity);
    else result[step].push(head);
  }
  return result;
}

function headsOf(entries: readonly EntryRecord[]): EntryRecord[] {
  const heads = new Map<string, EntryRecord>();
  for (const entry of entries.toSorted((a, b) => a.sequence - b.sequence)) {
    if (!heads.has(entry.lane)) heads.set(entry.lane, entry);
  }
  return [...heads.values()];
}

function stepOf(entry: EntryRecord, context: PlanContext): Step {
  if (entry.state === 'held' || context.inFlight.has(entry.id)) return 'stop';
  if (entry.state === 'sending' && !isAbandoned(entry, context)) {
    return { wakeAt: entry.lease?.until ?? context.now };
  }
  if (entry.state === 'sending' && !mayReplay(entry, context)) return 'doubt';
  if (isForgotten(entry, context)) return 'forgotten';
  if ((entry.releasedAt ?? entry.createdAt) + context.maxAge <= context.now) return 'expire';
  const dueAt = entry.state === 'sending' ? context.now : dueTime(entry, context);
  return dueAt <= context.now ? 'start' : { wakeAt: dueAt };
}

/**
 * A lease that ran out, or whose holder cannot be alive. A native submission's holder is a navigation, which no lock
 * shows: only time ends it.
 */
function isAbandoned(entry: EntryRecord, { now, exclusive, alive }: PlanContext): boolean {
  if (!entry.lease || entry.lease.until <= now) return true;
  return exclusive && entry.lease.holder !== 'navigation' && !alive?.has(entry.lease.holder);
}

/** DESIGN 3.4: a native submission goes out again by itself only when the server is known to de-duplicate. */
function mayReplay(entry: EntryRecord, { dedupes }: PlanContext): boolean {
  if (entry.unknown === 'ask') return false;
  return entry.lease?.holder !== 'navigation' || (dedupes && !entry.closes);
}

/** An attempt of it may have been taken, under a key that the server remembers no longer: it would be a second one. */
function isForgotten(entry: EntryRecord, { now, keyLife }: PlanContext): boolean {
  if (keyLife === undefined || entry.attempts === 0) return false;
  const mayHaveArrived = entry.state === 'sending' || entry.history.some((one) => one.class === 'unknown');
  // What a person let go on knowing that, is theirs to judge.
  return mayHaveArrived && (entry.releasedAt ?? entry.createdAt) + keyLife <= now;
}

function dueTime(entry: EntryRecord, { recoveredAt }: PlanContext): number {
  const last = entry.history.at(-1);
  const onlyForConnection =
    last === undefined ||
    (last.class === 'unknown' && last.at < recoveredAt && entry.attempts <= eagerAttempts);
  return Math.max(onlyForConnection ? 0 : entry.nextAttemptAt, entry.notBefore ?? 0);
}
