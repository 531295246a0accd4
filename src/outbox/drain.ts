import { createTimer } from '../lib/timer.js';
import type { EntryRecord } from '../storage/records.js';
import type { HoldDetail } from '../types.js';
import { createBell } from './bell.js';
import { held } from './entry.js';
import { heldLocks, isRequestLock, locksExist, underLock } from './lock.js';
import { plan } from './plan.js';
import type { Queue } from './queue.js';

/** How many attempts may be under way: none while the connection or the breaker forbids, one on trial. */
export type Gate = 0 | 1 | 2;

/** After a storage that failed, the next look without a reason, milliseconds. */
const patience = 30_000;
/** A gate may open without a word: a page that was about to leave stays after all. Milliseconds. */
const nextGlance = 10_000;

export interface DrainDeps {
  queue: Queue;
  gate(): Gate;
  /** The server is known to de-duplicate by idempotency key. */
  dedupes(): boolean;
  /** For how long it remembers a key, milliseconds; `undefined` when it never said. */
  keyLife(): number | undefined;
  maxAge: number;
  /** Makes one attempt and stores what came of it; whether the entry is gone. Rejects when the storage failed. */
  attempt(entry: EntryRecord, signal: AbortSignal): Promise<boolean>;
  /** Entries were held by the plan, not by an answer. */
  onHeld(entry: EntryRecord): Promise<void>;
  /** Deletes an entry of which nobody will ever know more. */
  letGo(id: string): Promise<void>;
  signal: AbortSignal;
}

export interface Drain {
  /** Something may be due: an entry came, the connection changed, time passed. Cheap, any number of times. */
  wake(): void;
  /** The connection is back: what waited only for it is due. */
  recovered(): void;
  /** Ends the attempts under way and lets the lock go: the page is leaving. */
  pause(): void;
  /** The page is back. */
  resume(): void;
}

/** Sends what is due, as the only drainer of the site, oldest first in each lane, at most `gate()` at once. */
export function createDrain(deps: DrainDeps): Drain {
  const { queue, signal } = deps;
  const inFlight = new Map<string, Promise<void>>();
  const bell = createBell();
  let recoveredAt = 0;
  /**
   * What the last look found, less what is gone since: a queue that drains is not read anew for each of its entries. Every claim is
   * checked against the store; whoever changes the list otherwise rings.
   */
  let seen: EntryRecord[] | undefined;
  /** Of the pass under way; `paused` lets none begin. */
  let pass: AbortController | 'paused' | undefined;

  const wake = (): void => {
    if (signal.aborted || pass === 'paused') return;
    if (pass) bell.ring();
    else void run();
  };
  const timer = createTimer(wake, signal);

  const run = async (): Promise<void> => {
    const mine = new AbortController();
    pass = mine;
    const until = AbortSignal.any([signal, mine.signal]);
    try {
      do {
        bell.heard();
        seen = undefined;
        if (await hasWork()) await underLock(() => drain(until), until);
        // A ring while we looked may mean something that was not there yet.
      } while (!until.aborted && bell.heard());
    } catch {
      // Storage did not answer, and has said so itself.
      timer.at(Date.now() + patience);
    } finally {
      if (pass === mine) pass = undefined;
    }
  };

  /** Looks before taking the lock: most wakes find nothing, and a lock held idle would be in other tabs' way. */
  const hasWork = async (): Promise<boolean> => {
    if (deps.gate() === 0) {
      timer.at(Date.now() + nextGlance);
      return false;
    }
    const { start, doubt, forgotten, expire, wakeAt } = await look();
    if (wakeAt !== undefined) timer.at(wakeAt);
    return start.length + doubt.length + forgotten.length + expire.length > 0;
  };

  /** Until nothing is under way and nothing due; at once when the page leaves, which ends the attempts too. */
  const drain = async (until: AbortSignal): Promise<void> => {
    const left = new Promise<void>((resolve) =>
      until.addEventListener('abort', () => resolve(), { once: true }),
    );
    try {
      seen = undefined;
      while (!until.aborted) {
        if (bell.heard()) seen = undefined;
        await step(until);
        if (inFlight.size > 0) await Promise.race([...inFlight.values(), bell.rung(), left]);
        else if (bell.heard()) seen = undefined;
        else return;
      }
    } finally {
      // Without the lock, another drainer would take what is still under way for abandoned.
      if (!until.aborted) await Promise.race([Promise.allSettled(inFlight.values()), left]);
    }
  };

  const look = async () => {
    const entries = (seen ??= await queue.due());
    const byPages = locksExist() && entries.some(({ lease }) => isRequestLock(lease?.holder));
    return plan(entries, {
      now: Date.now(),
      inFlight: new Set(inFlight.keys()),
      recoveredAt,
      dedupes: deps.dedupes(),
      keyLife: deps.keyLife(),
      exclusive: locksExist(),
      maxAge: deps.maxAge,
      ...(byPages && { alive: await heldLocks() }),
    });
  };

  const step = async (until: AbortSignal): Promise<void> => {
    const { start, doubt, forgotten, expire, wakeAt } = await look();
    // Whoever closed a pop-up, or saw it close, knows what came of it.
    for (const entry of doubt) await (isPopUp(entry) ? deps.letGo(entry.id) : hold(entry, 'unknown'));
    for (const entry of forgotten) await hold(entry, 'unknown', 'key-expired');
    for (const entry of expire) await hold(entry, 'expired');
    if (doubt.length + forgotten.length + expire.length > 0) seen = undefined;
    if (wakeAt !== undefined) timer.at(wakeAt);
    for (const entry of start) {
      if (until.aborted || inFlight.size >= deps.gate()) return;
      const task = begin(entry, until);
      // Seen by the race above, if anybody still looks.
      task.catch(() => undefined);
      inFlight.set(entry.id, task);
    }
  };

  const begin = async (entry: EntryRecord, until: AbortSignal): Promise<void> => {
    let isGone = false;
    try {
      isGone = await deps.attempt(entry, until);
    } finally {
      inFlight.delete(entry.id);
      seen = isGone ? seen?.filter(({ id }) => id !== entry.id) : undefined;
    }
  };

  const hold = async (
    entry: EntryRecord,
    reason: 'unknown' | 'expired',
    detail?: HoldDetail,
  ): Promise<void> => {
    const unchanged = (known: EntryRecord) =>
      known.attempts === entry.attempts && known.state === entry.state;
    const next = await queue.update(entry.id, (known) =>
      unchanged(known) ? held(known, reason, detail) : known,
    );
    if (next?.state === 'held') await deps.onHeld(next);
  };

  return {
    wake,
    recovered: () => {
      recoveredAt = Date.now();
      wake();
    },
    pause: () => {
      if (pass instanceof AbortController) pass.abort();
      pass = 'paused';
      timer.clear();
    },
    resume: () => {
      if (pass === 'paused') pass = undefined;
      wake();
    },
  };
}

const isPopUp = ({ closes, lease }: EntryRecord): boolean =>
  closes === true && lease?.holder === 'navigation';
