import { createTimer } from '../lib/timer.js';

export interface Schedule<T> {
  /** After the quiet time, and at the latest after the ceiling. */
  touch(item: T): void;
  /** In the next turn, once, however often it is said. */
  soon(item: T): void;
  /** At this time (epoch milliseconds), unless it is touched before. */
  later(item: T, at: number): void;
  forget(item: T): void;
}

interface Waiting {
  first: number;
  last: number;
}

export interface ScheduleDeps<T> {
  /** Quiet time, milliseconds. */
  delay: number;
  /** Ceiling, milliseconds. */
  maxWait: number;
  due(item: T): void;
  signal: AbortSignal;
}

/** Debounce with a ceiling for many items over one timer: a keystroke writes two numbers and makes no timer. */
export function createSchedule<T>({ delay, maxWait, due, signal }: ScheduleDeps<T>): Schedule<T> {
  const waiting = new Map<T, Waiting>();
  let armedFor = Infinity;

  const dueAt = ({ first, last }: Waiting) => Math.min(last + delay, first + maxWait);

  const run = () => {
    armedFor = Infinity;
    const now = Date.now();
    for (const [item, times] of waiting) {
      if (dueAt(times) > now) continue;
      waiting.delete(item);
      due(item);
    }
    const next = Math.min(...[...waiting.values()].map(dueAt));
    if (next !== Infinity) arm(next);
  };
  const timer = createTimer(run, signal);

  const arm = (at: number) => {
    if (armedFor <= at) return;
    armedFor = at;
    timer.at(at);
  };

  return {
    touch(item) {
      const now = Date.now();
      const times = waiting.get(item);
      if (times) {
        times.first = Math.min(times.first, now);
        times.last = now;
      } else waiting.set(item, { first: now, last: now });
      arm(now + Math.min(delay, maxWait));
    },
    soon(item) {
      const now = Date.now();
      waiting.set(item, { first: now - maxWait, last: now - delay });
      arm(now);
    },
    later(item, at) {
      waiting.set(item, { first: Infinity, last: at - delay });
      arm(at);
    },
    forget: (item) => void waiting.delete(item),
  };
}
