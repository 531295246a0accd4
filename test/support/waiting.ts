interface Waiter {
  satisfied: () => boolean;
  settle: () => void;
}

/** Generous: other tests share the machine. It bounds a failing test, it never paces a passing one. */
const TIMEOUT = 20_000;

/**
 * Waits for what the server sees. `describe` says what was seen so far, without any value of a field,
 * for the message of a wait that failed. A wait still open when `signal` aborts never settles.
 */
export function createWaiting(describe: () => string, signal: AbortSignal) {
  const waiters = new Set<Waiter>();

  function until(what: string, satisfied: () => boolean, timeout = TIMEOUT): Promise<void> {
    if (satisfied()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        reject(new Error(`waited ${timeout} ms for ${what}; saw ${describe()}`));
      }, timeout);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      const settle = () => {
        clearTimeout(timer);
        waiters.delete(waiter);
        resolve();
      };
      const waiter = { satisfied, settle };
      waiters.add(waiter);
    });
  }

  /** To be called after each change of what is waited for. */
  function changed(): void {
    for (const waiter of waiters) if (waiter.satisfied()) waiter.settle();
  }

  return { until, changed };
}
