import { createTimer } from '../lib/timer.js';
import type { EntryRecord } from '../storage/records.js';
import { locksExist, underLock } from './lock.js';
import { plan } from './plan.js';
import type { Queue } from './queue.js';
import { held } from './entry.js';

/** How many attempts may be under way: none while the connection or the breaker forbids, one on trial. */
export type Gate = 0 | 1 | 2;

export interface DrainDeps {
  queue: Queue;
  gate(): Gate;
  /** The server is known to de-duplicate by idempotency key. */
  dedupes(): boolean;
  maxAge: number;
  /** Makes one attempt and stores what came of it. Never rejects. */
  attempt(entry: EntryRecord, signal: AbortSignal): Promise<void>;
  /** Entries were held by the plan, not by an answer. */
  onHeld(entry: EntryRecord): void;
  signal: AbortSignal;
}

export interface Drain {
  /** Something may be due: an entry came, the connection changed, time passed. Cheap, any number of times. */
  wake(): void;
  /** The connection is back: what waited only for it is due. */
  recovered(): void;
  /** Ends the attempts under way and lets the lock go, until the next `wake`: the page is leaving. */
  pause(): void;
}

/** Sends what is due, as the only drainer of the site, oldest first in each lane, at most `gate()` at once. */
export function createDrain(deps: DrainDeps): Drain {
  const { queue, signal } = deps;
  const inFlight = new Map<string, Promise<void>>();
  let recoveredAt = 0;
  let pass: { poke(): void; controller: AbortController } | undefined;

  const wake = () => {
    if (signal.aborted) return;
    if (pass) pass.poke();
    else void run();
  };
  const timer = createTimer(wake, signal);

  const run = async (): Promise<void> => {
    let poked = Promise.withResolvers<void>();
    const controller = new AbortController();
    const mine = { poke: () => poked.resolve(), controller };
    pass = mine;
    const until = AbortSignal.any([signal, controller.signal]);
    try {
      if (deps.gate() === 0 || !(await hasWork())) return;
      await underLock(async () => {
        while (!until.aborted) {
          poked = Promise.withResolvers<void>();
          await step(until);
          if (inFlight.size === 0) return;
          await Promise.race([...inFlight.values(), poked.promise]);
        }
      }, until);
    } catch {
      // Storage did not answer: it has said so itself, and the next wake tries again.
    } finally {
      if (pass === mine) pass = undefined;
    }
  };

  /** Looks before taking the lock: most wakes find nothing, and a lock held idle would be in other tabs' way. */
  const hasWork = async (): Promise<boolean> => {
    const { start, doubt, expire, wakeAt } = await look();
    if (wakeAt !== undefined) timer.at(wakeAt);
    return start.length + doubt.length + expire.length > 0;
  };

  const look = async () =>
    plan(await queue.list(), {
      now: Date.now(),
      inFlight: new Set(inFlight.keys()),
      recoveredAt,
      dedupes: deps.dedupes(),
      exclusive: locksExist(),
      maxAge: deps.maxAge,
    });

  const step = async (until: AbortSignal): Promise<void> => {
    const { start, doubt, expire, wakeAt } = await look();
    for (const entry of doubt) await hold(entry, 'unknown');
    for (const entry of expire) await hold(entry, 'expired');
    if (wakeAt !== undefined) timer.at(wakeAt);
    for (const entry of start) {
      if (until.aborted || inFlight.size >= deps.gate()) return;
      const task = deps.attempt(entry, until).finally(() => inFlight.delete(entry.id));
      inFlight.set(entry.id, task);
    }
  };

  const hold = async (entry: EntryRecord, reason: 'unknown' | 'expired'): Promise<void> => {
    const unchanged = (known: EntryRecord) =>
      known.attempts === entry.attempts && known.state === entry.state;
    const next = await queue.update(entry.id, (known) => (unchanged(known) ? held(known, reason) : known));
    if (next?.state === 'held') deps.onHeld(next);
  };

  return {
    wake,
    recovered: () => {
      recoveredAt = Date.now();
      wake();
    },
    pause: () => {
      pass?.controller.abort();
      pass = undefined;
      timer.clear();
    },
  };
}
