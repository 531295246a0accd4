import type { createTimer } from '../lib/timer.js';
import type { HealthOptions } from '../options.js';
import type { Store } from '../storage/store.js';
import type { ConnectionState, Reading } from '../types.js';
import type { Page } from './page-watch.js';

/** What is known of the connection. */
export interface ConnectionView {
  state: ConnectionState;
  /** When this state began, epoch milliseconds. */
  since: number;
  /** Round trip of the newest answer, milliseconds. */
  latency?: number;
  /** When the server is asked next by itself, epoch milliseconds. */
  nextCheckAt?: number;
  /** Per-check detail of the newest health answer, by name. */
  checks?: Record<string, string>;
}

export interface Connection {
  readonly current: ConnectionView;
  /**
   * Asks the server now, `Retry-After` or not; callers at the same time share one probe. Resolves with what the answer
   * says, a first failure included, which `current` tells only when a second one confirms it. Never rejects.
   *
   * @param within longest wait, milliseconds. Without an answer by then, a failing state stays what it was, and any
   *   other is `unknown`.
   */
  check(within?: number): Promise<ConnectionState>;
  /** The state, if a reading at most this old (milliseconds) supports it. */
  fresh(maxAge: number): ConnectionState | undefined;
  /** Whether a submission can be sent as far as is known; not after a failure, even one that is not told yet. */
  canSend(): boolean;
  /** The health URL answers as none does (404, say): `unknown` then means that nothing can be known from it. */
  isBlind(): boolean;
  /** The page is on its way to another one, or may be: nothing new is to be begun, least of all under new cookies. */
  isLeaving(): boolean;
  /** Takes in what the answer to a request of ours, or its failure, says about the server. */
  report(reading: Reading): void;
  /** The newest good health answer says that the server de-duplicates by idempotency key. */
  dedupes(): boolean;
  /** For how long the server says it remembers a key, milliseconds. */
  keyLife(): number | undefined;
}

export interface ConnectionDeps {
  health: HealthOptions;
  /** Option `signIn`. */
  signIn: string;
  store: Store;
  /** Called when the state or its checks changed. */
  onChange: (view: ConnectionView, previous: ConnectionView) => void;
  /** A single failure, not told yet, began or ended to keep submissions from being sent. */
  onDoubt?: () => void;
  /** For whoever builds the site: told once that the health URL is of no use. */
  warn: (message: string) => void;
  signal: AbortSignal;
  now?: () => number;
  random?: () => number;
  fetch?: typeof fetch;
  timer?: typeof createTimer;
  page?: Page;
  /** What relative addresses are relative to. @default document.baseURI */
  base?: string;
  /** Whether a service worker stands between page and server. */
  isControlled?: () => boolean;
}
