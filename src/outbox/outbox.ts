import type { OutboxOptions, RetryOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Store } from '../storage/store.js';
import type { Emit, HoldReason, SubmissionEvent } from '../types.js';
import { createAttempt } from './attempt.js';
import type { Answer } from './classify.js';
import { createDrain, type Gate } from './drain.js';
import { ended, held, lapsed, released } from './entry.js';
import { createQueue, type Enqueue } from './queue.js';
import { exportEntry, type ExportedEntry } from './export.js';
import type { Delivered, Transport } from './transport.js';

/** How long nobody else touches a submission that the browser itself is sending, milliseconds. */
export const navigationLease = 60_000;

export type News = 'sending' | 'queued' | 'sent' | 'held';

export interface OutboxDeps {
  store: Store;
  owner: string;
  options: OutboxOptions;
  retry: RetryOptions;
  transport: Transport;
  /** Identifies this drainer in leases. */
  holder: string;
  gate(): Gate;
  dedupes(): boolean;
  /** An attempt ended: feeds connection and breaker. */
  onAttempt(attempt: Delivered & { startedAt: number }): void;
  /** Asks the server now whether it is itself: a captive portal answers anything with 200. */
  isIntercepted(): Promise<boolean>;
  /** How an entry is faring; its form may be on screen. */
  onSettled(entry: EntryRecord, verdict: News, answer?: Answer): 'shown' | 'told';
  /** The list changed, here: other tabs want to know. */
  onChange(): void;
  emit: Emit;
  formOf(id: string): HTMLFormElement | null;
  signal: AbortSignal;
}

export interface Outbox {
  add(enqueue: Enqueue): Promise<EntryRecord>;
  /** Settles what the browser itself sent, by what the next page shows. */
  settle(id: string, verdict: 'acknowledged' | 'shown' | 'waiting' | HoldReason): Promise<void>;
  /** This owner's entries, oldest first. */
  list(): Promise<EntryRecord[]>;
  /** Lets an entry go on now, whatever it waits or is held for. */
  retry(id: string): Promise<void>;
  /** Gives an entry up; what it carried is a draft again where its form kept one. */
  discard(id: string): Promise<void>;
  /** Everything that waits, as JSON-ready data, values and files included: for the person it belongs to. */
  export(): Promise<ExportedEntry[]>;
  /** Entries held for a sign-in go on: somebody has signed in. */
  signedIn(): Promise<void>;
  /** Deletes everything of this owner. */
  purge(): Promise<void>;
  wake(): void;
  recovered(): void;
  pause(): void;
  resume(): void;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { emit, onChange } = deps;
  const queue = createQueue({ store: deps.store, owner: deps.owner, limits: deps.options });
  const settled = (known: EntryRecord, verdict: 'waiting' | HoldReason): EntryRecord => {
    if (verdict === 'waiting') return ended(known, { class: 'busy' }, schedule, Date.now());
    return verdict === 'unknown' ? lapsed(known, Date.now()) : held(known, verdict);
  };
  const schedule = { delay: deps.retry.delay, limit: deps.retry.backoffLimit };

  const say = (
    name: 'queued' | 'attempt' | 'sent' | 'held' | 'discarded',
    entry: EntryRecord,
    answer?: Answer,
  ) => {
    const over = name === 'sent' || name === 'discarded';
    const event: SubmissionEvent = {
      id: entry.id,
      form: deps.formOf(entry.id),
      lane: entry.lane,
      state: over ? name : entry.state,
      attempts: entry.attempts,
      ...(entry.reason && { reason: entry.reason }),
      ...(answer && { response: { status: answer.status, url: answer.url } }),
    };
    emit(`submission:${name}`, event);
    onChange();
  };

  const isHeld = async (entry: EntryRecord, answer?: Answer): Promise<void> => {
    if (deps.onSettled(entry, 'held', answer) !== 'shown') return say('held', entry, answer);
    // The server's complaints are on screen, in the form itself: it is the person's again.
    await queue.giveUp(entry.id);
    onChange();
  };

  const acknowledge = async (id: string, answer?: Answer): Promise<void> => {
    const entry = await queue.remove(id);
    if (!entry) return;
    deps.onSettled(entry, 'sent', answer);
    say('sent', entry, answer);
  };

  const attempt = createAttempt({
    queue,
    transport: deps.transport,
    holder: deps.holder,
    schedule,
    gate: deps.gate,
    onAttempt: deps.onAttempt,
    isIntercepted: deps.isIntercepted,
    onStarted: (entry) => {
      deps.onSettled(entry, 'sending');
      say('attempt', entry);
    },
    onWaiting: (entry, answer) => {
      deps.onSettled(entry, 'queued');
      say('queued', entry, answer);
    },
    onHeld: isHeld,
    acknowledge,
  });
  const drain = createDrain({
    queue,
    gate: deps.gate,
    dedupes: deps.dedupes,
    maxAge: deps.options.maxAge,
    attempt,
    onHeld: isHeld,
    signal: deps.signal,
  });

  return {
    add: async (enqueue) => {
      const entry = await queue.add(enqueue);
      if (entry.state === 'waiting') say('queued', entry);
      else onChange();
      return entry;
    },
    settle: async (id, verdict) => {
      if (verdict === 'acknowledged') return acknowledge(id);
      if (verdict === 'shown') {
        if (await queue.giveUp(id)) onChange();
        return;
      }
      const next = await queue.update(id, (known) =>
        known.lease?.holder === 'navigation' ? settled(known, verdict) : known,
      );
      if (next?.state === 'held' && next.reason === verdict) await isHeld(next);
      else onChange();
      drain.wake();
    },
    list: queue.list,
    retry: async (id) => {
      const live = (entry: EntryRecord) =>
        entry.state === 'sending' && (entry.lease?.until ?? 0) > Date.now();
      await queue.update(id, (entry) => (live(entry) ? entry : released(entry, Date.now())));
      onChange();
      drain.wake();
    },
    discard: async (id) => {
      const entry = await queue.giveUp(id);
      if (entry) say('discarded', entry);
      drain.wake();
    },
    export: async () =>
      Promise.all((await queue.list()).map(async (entry) => exportEntry(entry, await queue.body(entry.id)))),
    signedIn: async () => {
      const waiting = (await queue.list()).filter(({ reason }) => reason === 'sign-in');
      for (const { id } of waiting) await queue.update(id, (entry) => released(entry, Date.now()));
      if (waiting.length > 0) onChange();
      drain.wake();
    },
    purge: async () => {
      await queue.clear();
      onChange();
    },
    wake: drain.wake,
    recovered: drain.recovered,
    pause: drain.pause,
    resume: drain.resume,
  };
}
