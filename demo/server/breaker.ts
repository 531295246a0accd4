import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleType, type IBackoff } from 'cockatiel';
import { DatabaseUnavailable } from './database-errors.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Spares a database that is down, and people the wait for it. */
export interface Breaker {
  /** Throws cockatiel's `BrokenCircuitError` at once while it is open. */
  execute<T>(attempt: () => Promise<T>): Promise<T>;
  state(): BreakerState;
  /** Failures in a row. */
  failures(): number;
  /** Until the next trial at the latest, in ms; 0 unless it is open. */
  timeLeft(): number;
  /** The database has answered somewhere else: the next operation is the trial, without waiting further. */
  trialNow(): void;
}

interface BreakerDeps {
  threshold: number;
  timeout: number;
  onChange: (state: BreakerState) => void;
}

const NAMES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

export function createBreaker({ threshold, timeout, onChange }: BreakerDeps): Breaker {
  let openedAt = 0;
  let wait = timeout;
  // Read anew at each operation, so that the wait can be cut short.
  const backoff: IBackoff<unknown> = {
    get duration() {
      return wait;
    },
    next: () => backoff,
  };
  const counter = new ConsecutiveBreaker(threshold);
  const policy = circuitBreaker(handleType(DatabaseUnavailable), {
    halfOpenAfter: backoff,
    breaker: counter,
  });
  policy.onBreak(() => {
    openedAt = Date.now();
    wait = timeout;
  });
  policy.onStateChange((state) => onChange(NAMES[state]));

  return {
    execute: (attempt) => policy.execute(attempt),
    state: () => NAMES[policy.state],
    failures: () => counter.state,
    timeLeft: () => (policy.state === CircuitState.Open ? Math.max(0, openedAt + wait - Date.now()) : 0),
    trialNow() {
      wait = 0;
    },
  };
}
