import type { createTimer } from '../lib/timer.js';

/** Resolves at this time (epoch milliseconds), or when the signal aborts. Never rejects. */
export type Until = (time: number, signal: AbortSignal) => Promise<void>;

export const createUntil =
  (timer: typeof createTimer): Until =>
  (time, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      timer(resolve, signal).at(time);
    });
