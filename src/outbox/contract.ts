import type { OutboxOptions, RetryOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Store } from '../storage/store.js';
import type { Emit, HoldReason } from '../types.js';
import type { ByHand } from './by-hand.js';
import type { Callers } from './callers.js';
import type { Answer } from './classify.js';
import type { Posting } from './direct.js';
import type { Gate } from './drain.js';
import type { Enqueue } from './queue.js';
import type { Delivered, Transport } from './transport.js';

/** How long nobody else touches a submission that the browser itself is sending, milliseconds. */
export const navigationLease = 60_000;

export type News = 'sending' | 'queued' | 'sent' | 'held';
export type Said = 'queued' | 'attempt' | 'sent' | 'held' | 'discarded';

/** What happened to an entry in one tab, for the others: its form may be on screen there. Holds no value of a field. */
export interface Word {
  name: Said;
  entry: EntryRecord;
  /** It was discarded, and may be brought back yet. */
  revocable?: true;
}

export interface OutboxDeps {
  store: Store;
  owner: string;
  options: OutboxOptions;
  /** Tells the cookies of this moment from those of another sign-in. */
  jar(): string;
  /** Whether the cookies of this browser are still the owner's, as far as can be known. */
  isMine(entry: EntryRecord): Promise<boolean>;
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

export interface Outbox extends ByHand {
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
