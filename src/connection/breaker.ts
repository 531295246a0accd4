import { createTimer } from '../lib/timer.js';
import { metaKey } from '../storage/records.js';
import type { Store } from '../storage/store.js';
import type { BreakerOptions } from '../options.js';
import type { BreakerState } from '../types.js';

interface BreakerRecord {
  v: 1;
  failures: number;
  /** Until then it is open, epoch milliseconds; absent: closed. */
  until?: number;
}

export interface BreakerDeps extends BreakerOptions {
  store: Store;
  onChange: (state: BreakerState) => void;
  signal: AbortSignal;
  now?: () => number;
  timer?: typeof createTimer;
}

/** Keeps submissions from a server that fails them: `open` is to let none through, `half-open` one on trial. */
export interface Breaker {
  readonly state: BreakerState;
  /** While it is open: until then, epoch milliseconds. */
  readonly until: number | undefined;
  /** A submission was answered by a server that works. */
  success(): void;
  /** A submission failed because of the server or the way to it. */
  failure(): void;
  /** What an earlier page knew is known here. Never rejects. */
  ready: Promise<void>;
}

export function createBreaker({
  threshold,
  timeout,
  store,
  onChange,
  signal,
  ...deps
}: BreakerDeps): Breaker {
  const now = deps.now ?? Date.now;
  let record: BreakerRecord = { v: 1, failures: 0 };
  let told: BreakerState = 'closed';
  let touched = false;
  const halfOpening = (deps.timer ?? createTimer)(tell, signal);

  function state(): BreakerState {
    if (record.until === undefined) return 'closed';
    return now() < record.until ? 'open' : 'half-open';
  }

  function tell(): void {
    const current = state();
    if (current === 'open') halfOpening.at(record.until!);
    else halfOpening.clear();
    if (current === told || signal.aborted) return;
    told = current;
    onChange(current);
  }

  function become(next: BreakerRecord): void {
    touched = true;
    if (next.failures === record.failures && next.until === record.until) return;
    record = next;
    // The store says by itself when it fails; without it the breaker lasts as long as the page.
    void store.write([{ put: metaKey('breaker'), value: record }]).catch(() => undefined);
    tell();
  }

  async function load(): Promise<void> {
    const known = await store.get<Partial<BreakerRecord>>(metaKey('breaker'));
    if (known?.v !== 1 || touched) return;
    // A clock set back since then must not keep it open for longer than it was meant to be.
    const until = known.until === undefined ? undefined : Math.min(known.until, now() + timeout);
    record = { v: 1, failures: known.failures ?? 0, ...(until !== undefined && { until }) };
    tell();
  }

  return {
    get state() {
      return state();
    },
    get until() {
      return state() === 'open' ? record.until : undefined;
    },
    success: () => become({ v: 1, failures: 0 }),
    failure() {
      // Attempts that were under way when it opened do not keep it open for longer.
      if (state() === 'open') return;
      const failures = record.failures + 1;
      become({ v: 1, failures, ...(failures >= threshold && { until: now() + timeout }) });
    },
    ready: load().catch(() => undefined),
  };
}
