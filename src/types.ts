/** The public vocabulary. Rooms hand these to one another; none of it does anything. */

/** What the server was last known to be. Only `online` and `degraded` can take a submission. */
export type ConnectionState =
  'unknown' | 'online' | 'degraded' | 'down' | 'unreachable' | 'intercepted' | 'signed-out';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Status {
  state: ConnectionState;
  /** When this state began, epoch milliseconds. */
  since: number;
  /** Round trip of the newest answer, milliseconds; absent before the first one. */
  latency?: number;
  breaker: BreakerState;
  /** When the server is asked next, epoch milliseconds; absent while nothing is scheduled. */
  nextCheckAt?: number;
  /** Submissions waiting to be sent, the one being sent included. */
  queued: number;
  /** Submissions that need a person. */
  held: number;
}

/** One observation of the server, by a probe or by the answer to a request of ours. */
export interface Reading {
  state: Exclude<ConnectionState, 'unknown'> | 'misconfigured';
  /** When the observed request was started, epoch milliseconds: an older reading never overrides a newer. */
  startedAt: number;
  latency?: number;
  /** The server asked to be left alone until then, epoch milliseconds. */
  retryAt?: number;
  /** Per-check detail of a health answer, by name. */
  checks?: Record<string, string>;
  /** The health answer says that the server de-duplicates by idempotency key. */
  idempotency?: boolean;
  /** For how long it remembers a key, milliseconds. */
  keyLife?: number;
  /** A proper health answer, but one that something between page and server had kept. */
  stored?: true;
  source: 'probe' | 'answer';
}

/** Why an entry needs a person. Held entries are never dropped. */
export type HoldReason = 'sign-in' | 'rejected' | 'unknown' | 'expired' | 'refused' | 'edit';

/**
 * More about why. `elsewhere`: the server answered with a redirect that leads to another site, or got no further than that.
 * `blocked`: the page's own policy (CSP `connect-src`) forbids the request. `key-spent`: the server had something else under
 * this idempotency key. `key-expired`: it may have arrived longer ago than the server remembers keys.
 */
export type HoldDetail = 'elsewhere' | 'blocked' | 'key-spent' | 'key-expired';

export type EntryState = 'waiting' | 'sending' | 'held';

/** What became of one attempt. `unknown`: no answer came, so nobody can say whether it arrived. */
export type AttemptClass = 'acknowledged' | 'busy' | 'unknown' | HoldReason;

export interface Attempt {
  /** Epoch milliseconds. */
  at: number;
  class: AttemptClass | 'started';
  /** HTTP status, where one came. */
  status?: number;
}

export type Enctype = 'application/x-www-form-urlencoded' | 'multipart/form-data' | 'text/plain';

/** A file as stored: bytes as of choosing, so that a later edit on disk changes nothing. */
export interface StoredFile {
  name: string;
  type: string;
  lastModified: number;
  bytes: ArrayBuffer;
}

/** One name and value in the order in which the browser would send them. */
export type Field = [name: string, value: string | StoredFile];

/** What is sent: the fields of a form, or the exact bytes an app gave. */
export type Body =
  | { kind: 'form'; enctype: Enctype; fields: Field[]; csrfField?: string }
  | { kind: 'bytes'; contentType: string; bytes: ArrayBuffer };

/** Names a form to people and to storage; holds no value of a field. */
export interface FormIdentity {
  /** Name in draft keys and lanes. */
  name: string;
  /** For people: its legend, heading, label or the page's title. */
  title: string;
  /** Address of the page it stands on, without fragment. */
  page: string;
}

/** What a person meant to send, captured at the moment of submitting. */
export interface Submission {
  /** UUID; the idempotency key unless the form brought its own. */
  id: string;
  key: string;
  /** Absolute, same-origin, pinned at capture. */
  url: string;
  method: 'POST';
  body: Body;
  lane: string;
  form: FormIdentity;
  unknown: 'replay' | 'ask';
  /** Sent from a pop-up, which its answer may close: nobody is left to say what came of it. */
  closes?: true;
  /** `app`: a request that the app made itself, without a form. */
  delivery: 'native' | 'fetch' | 'app';
  /** Of the app's own request; nothing secret, and not the content type. */
  headers?: [name: string, value: string][];
}

/** The end of an app's own request: acknowledged, or given up by a person, a purge or the app. */
export type SettledSubmission =
  /** `response` is the server's answer, unread; absent when another tab sent it. */
  { id: string; state: 'sent'; response?: Response } | { id: string; state: 'discarded' };

/** How an app's own request fares when its caller is told. `settled` never rejects. */
export type SubmitOutcome =
  | SettledSubmission
  /** The server looked at it and refuses it as it is (`rejected`) or whatever it is (`refused`). Nothing of it is kept. */
  | { id: string; state: 'rejected'; reason: 'rejected' | 'refused'; response: Response }
  /** Stored; it is sent when it can be. `cause` is the browser's own error, where one told why. */
  | {
      id: string;
      state: 'queued';
      response?: Response;
      cause?: unknown;
      settled: Promise<SettledSubmission>;
    }
  /** Stored, and it needs a person. */
  | {
      id: string;
      state: 'held';
      reason: HoldReason;
      response?: Response;
      cause?: unknown;
      settled: Promise<SettledSubmission>;
    };

/** A draft as of one revision: what a submission carried, and what its acknowledgement may clear. */
export interface DraftRef {
  key: string;
  revision: number;
}

/** An entry without its body: what lists show. */
export interface EntrySummary {
  id: string;
  owner: string;
  url: string;
  lane: string;
  form: FormIdentity;
  state: EntryState;
  reason?: HoldReason;
  detail?: HoldDetail;
  /** HTTP status or short class of the last answer, for people. */
  status?: number;
  attempts: number;
  /** Epoch milliseconds. */
  createdAt: number;
  nextAttemptAt: number;
  /** Bytes of the body, near enough for people. */
  size: number;
  history: Attempt[];
}

export interface DraftSummary {
  key: string;
  form: FormIdentity;
  savedAt: number;
  /** Names of the fields, never values. */
  fields: string[];
}

/** Everything the SDK says. Payloads carry names and numbers, never what was typed. */
export interface EventMap {
  status: (status: Status) => void;
  'draft:saved': (draft: DraftEvent) => void;
  'draft:restored': (draft: DraftRestoredEvent) => void;
  'draft:conflict': (draft: DraftEvent) => void;
  'draft:discarded': (draft: DraftEvent) => void;
  'submission:queued': (submission: SubmissionEvent) => void;
  'submission:attempt': (submission: SubmissionEvent) => void;
  'submission:sent': (submission: SubmissionEvent) => void;
  'submission:held': (submission: SubmissionEvent) => void;
  'submission:discarded': (submission: SubmissionEvent) => void;
  'storage:error': (error: StorageErrorEvent) => void;
}

export interface DraftEvent {
  key: string;
  form: HTMLFormElement | null;
  /** Epoch milliseconds. */
  savedAt: number;
  fields: string[];
}

export interface DraftRestoredEvent extends DraftEvent {
  /** Fields of the draft that the page has no place for, or that must be given again (files). */
  missing: string[];
}

export interface SubmissionEvent {
  id: string;
  form: HTMLFormElement | null;
  lane: string;
  state: EntryState | 'sent' | 'discarded';
  reason?: HoldReason;
  detail?: HoldDetail;
  attempts: number;
  response?: { status: number; url: string };
}

export interface StorageErrorEvent {
  /** What could not be done. */
  operation: 'open' | 'read' | 'write';
  /** What is still promised: `memory` keeps drafts while the page lives, nothing more. */
  fallback: 'none' | 'memory';
  /** `QuotaExceededError` and the like. */
  name: string;
}

export type Emit = <Name extends keyof EventMap>(name: Name, payload: Parameters<EventMap[Name]>[0]) => void;

/** `data-resilient-state`. */
export type FormState = 'idle' | 'saving' | 'draft' | 'sending' | 'queued' | 'held' | 'sent';
