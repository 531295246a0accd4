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
  ) {
    super(`outbox: no room, at most ${allowed} ${limit}`);
  }
}

/** The name of an error, for events and logs: its message may hold what a person typed. */
export const nameOf = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.name : typeof error;
