import type { OutboxOptions, RetryOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Store } from '../storage/store.js';
import type { Emit, HoldReason, SubmissionEvent } from '../types.js';
import { createAttempt } from './attempt.js';
import type { Callers } from './callers.js';
import type { Answer } from './classify.js';
import { createDirect, type Posting } from './direct.js';
import { createDrain, type Gate } from './drain.js';
import { ended, held, lapsed, released, unsent } from './entry.js';
import { createQueue, type Enqueue } from './queue.js';
import { exportEntry, type ExportedEntry } from './export.js';
import type { Delivered, Transport } from './transport.js';

/** How long nobody else touches a submission that the browser itself is sending, milliseconds. */
export const navigationLease = 60_000;

export type News = 'sending' | 'queued' | 'sent' | 'held';
type Said = 'queued' | 'attempt' | 'sent' | 'held' | 'discarded';

/** What happened to an entry in one tab, for the others: its form may be on screen there. Holds no value of a field. */
export interface Word {
  name: Said;
  entry: EntryRecord;
}

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
  /** For how long the server remembers a key, milliseconds. */
  keyLife(): number | undefined;
  /** An attempt ended: feeds connection and breaker. */
  onAttempt(attempt: Delivered & { startedAt: number }): void;
  /** Asks the server now whether it is itself: a captive portal answers anything with 200. */
  isIntercepted(): Promise<boolean>;
  /** Asks the server now whether a submission could go out. */
  isReachable(): Promise<boolean>;
  /** How an entry is faring; its form may be on screen. */
  onSettled(entry: EntryRecord, verdict: News, answer?: Answer): 'shown' | 'told';
  /** Those of this page who wait for what becomes of their requests. */
  callers: Callers;
  /** So much of a large body is out, bytes. */
  onProgress(id: string, sent: number, total: number): void;
  /** The list changed, here: other tabs want to know. */
  onChange(word?: Word): void;
  emit: Emit;
  formOf(id: string): HTMLFormElement | null;
  signal: AbortSignal;
}

export interface Outbox {
  add(enqueue: Enqueue): Promise<EntryRecord>;
  /** Stores an app's own request and sends it from this page; rejects when it could not be stored. */
  post(posting: Posting): Promise<void>;
  /** Settles what the browser itself sent, by what the next page shows. */
  settle(id: string, verdict: 'acknowledged' | 'shown' | 'waiting' | HoldReason): Promise<void>;
  /** The browser, or whoever holds it, was to send it and does not after all: the outbox does. */
  keep(id: string, holder?: string): Promise<void>;
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
  /** Takes in what another tab did to an entry of a form that is on screen here. */
  heard(word: Word): void;
  wake(): void;
  recovered(): void;
  pause(): void;
  resume(): void;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { emit, onChange, callers } = deps;
  const queue = createQueue({ store: deps.store, owner: deps.owner, limits: deps.options });
  const settled = (known: EntryRecord, verdict: 'waiting' | HoldReason): EntryRecord => {
    if (verdict === 'waiting') return ended(known, { class: 'busy' }, schedule, Date.now());
    return verdict === 'unknown' ? lapsed(known, Date.now()) : held(known, verdict);
  };
  const schedule = { delay: deps.retry.delay, limit: deps.retry.backoffLimit };

  const tell = (name: Said, entry: EntryRecord, form: HTMLFormElement | null, answer?: Answer): void => {
    const over = name === 'sent' || name === 'discarded';
    const event: SubmissionEvent = {
      id: entry.id,
      form,
      lane: entry.lane,
      state: over ? name : entry.state,
      attempts: entry.attempts,
      ...(entry.reason && { reason: entry.reason }),
      ...(entry.detail && { detail: entry.detail }),
      ...(answer && answer.status > 0 && { response: { status: answer.status, url: answer.url } }),
    };
    emit(`submission:${name}`, event);
  };
  const say = (
    name: Said,
    entry: EntryRecord,
    answer?: Answer,
    form: HTMLFormElement | null = deps.formOf(entry.id),
  ): void => {
    tell(name, entry, form, answer);
    callers.told(name, entry, answer);
    onChange({ name, entry });
  };

  const isHeld = async (entry: EntryRecord, answer?: Answer): Promise<void> => {
    const isTaken = callers.takes(entry, answer) || deps.onSettled(entry, 'held', answer) === 'shown';
    if (!isTaken) return say('held', entry, answer);
    // The server's complaints are on screen, in the form itself, or in the app's hands: it is the person's again.
    await queue.giveUp(entry.id);
    onChange();
  };

  const acknowledge = async (id: string, answer?: Answer): Promise<void> => {
    const entry = await queue.remove(id);
    if (!entry) return;
    // Of the form this is the last word: it stands for the entry no more.
    const form = deps.formOf(id);
    deps.onSettled(entry, 'sent', answer);
    say('sent', entry, answer, form);
  };

  const attempt = createAttempt({
    queue,
    transport: deps.transport,
    holder: deps.holder,
    schedule,
    gate: deps.gate,
    onAttempt: deps.onAttempt,
    onProgress: deps.onProgress,
    isIntercepted: deps.isIntercepted,
    isReachable: deps.isReachable,
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
    callers,
  });
  const drain = createDrain({
    queue,
    gate: deps.gate,
    dedupes: deps.dedupes,
    keyLife: deps.keyLife,
    maxAge: deps.options.maxAge,
    attempt,
    onHeld: isHeld,
    letGo: async (id) => {
      const entry = await queue.remove(id);
      if (entry) say('discarded', entry);
    },
    signal: deps.signal,
  });

  const add = async (enqueue: Enqueue): Promise<EntryRecord> => {
    const entry = await queue.add(enqueue);
    if (entry.state === 'waiting') say('queued', entry);
    else onChange();
    return entry;
  };
  const keep = async (id: string, holder = 'navigation'): Promise<void> => {
    const next = await queue.update(id, (known) =>
      known.lease?.holder === holder ? unsent(known, Date.now()) : known,
    );
    if (next) say('queued', next);
    drain.wake();
  };
  const direct = createDirect({ queue, transport: deps.transport, gate: deps.gate, attempt, add, keep });

  return {
    add,
    post: async (posting) => {
      await direct.post(posting);
      drain.wake();
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
    keep,
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
      const gone = await queue.list();
      await queue.clear();
      for (const entry of gone) say('discarded', entry);
      onChange();
    },
    heard: ({ name, entry }) => {
      if (entry.owner !== deps.owner) return;
      callers.told(name, entry);
      const form = deps.formOf(entry.id);
      if (!form || name === 'discarded') return;
      deps.onSettled(entry, name === 'attempt' ? 'sending' : name);
      tell(name, entry, form);
    },
    wake: drain.wake,
    recovered: drain.recovered,
    pause: () => {
      drain.pause();
      direct.pause();
    },
    resume: drain.resume,
  };
}
