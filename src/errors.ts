import type { HoldReason, SettledSubmission } from './types.js';

/**
 * The store could not do what was asked: blocked, full or broken. Not a fault of the value that was given.
 * `cause` is the browser's own error.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    readonly operation: 'open' | 'read' | 'write',
    cause: unknown,
  ) {
    super(`storage: ${operation} failed (${nameOf(cause)})`, { cause });
  }
}

/** The outbox has as much as its options allow; nothing that waits is dropped for something newer. */
export class OutboxFullError extends Error {
  override readonly name = 'OutboxFullError';

  constructor(
    readonly limit: 'entries' | 'bytes',
    readonly allowed: number,
    /** What this one would have taken: 1, or its bytes. */
    readonly needed = 1,
    /** What was left for it. */
    readonly free = 0,
  ) {
    super(`outbox: no room, at most ${allowed} ${limit}`);
  }
}

/**
 * An app's own request got no answer that it can have; it is stored and sent when it can be. Nothing to be repeated: wait for
 * `settled`, or tell the person that it waits. `cause` is the browser's own error, where one told why.
 */
export class SubmissionQueuedError extends Error {
  override readonly name = 'SubmissionQueuedError';
  readonly id: string;
  /** `held`: it needs a person, for `reason`. */
  readonly state: 'queued' | 'held';
  readonly reason: HoldReason | undefined;
  /** Resolves when it is acknowledged or given up. Never rejects. */
  readonly settled: Promise<SettledSubmission>;

  constructor(
    outcome: {
      id: string;
      state: 'queued' | 'held';
      reason?: HoldReason;
      settled: Promise<SettledSubmission>;
    },
    cause?: unknown,
  ) {
    const { id, state, reason, settled } = outcome;
    super(`submission ${id} is ${state}${reason ? `: ${reason}` : ''}`, { cause });
    this.id = id;
    this.state = state;
    this.reason = reason;
    this.settled = settled;
  }
}

/** The name of an error, for events and logs: its message may hold what a person typed. */
export const nameOf = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.name : typeof error;
