import { BrokenCircuitError, ExponentialBackoff, halfJitterGenerator, handleWhen, retry } from 'cockatiel';
import type { Breaker } from './breaker.js';
import { causeClass, DatabaseUnavailable, isCollision, OutcomeUnknown } from './database-errors.js';
import type { Presence } from './presence.js';
import type { ResilienceSettings } from './settings.js';

export interface OperationOptions {
  /** Running it again after a commit that was not answered does no harm. @default false */
  repeatable?: boolean;
  /** Further tries after the first. @default the setting */
  retries?: number;
}

/**
 * Runs an operation on the database, and again while the database is away: for a person who waits. The signal
 * ends a try that takes too long. A wrong statement is thrown as it is, at once.
 *
 * @throws {DatabaseUnavailable} when it did not happen; at once while the breaker is open.
 * @throws {OutcomeUnknown} when it may have happened.
 */
export type ResilientDatabaseOperation = <T>(
  operation: (signal: AbortSignal) => Promise<T>,
  options?: OperationOptions,
) => Promise<T>;

interface Deps {
  settings: ResilienceSettings;
  breaker: Breaker;
  presence: Presence;
  /** When a new try can make a difference, in ms. */
  retryIn: () => number;
  onRetry: (cause: string) => void;
}

/** What the database said to one try: an answer is one even when it is that the statement was wrong. */
type Answer<T> = { kind: 'value'; value: T } | { kind: 'error'; error: unknown };

export function createResilience(deps: Deps): ResilientDatabaseOperation {
  const { settings, breaker, presence } = deps;

  const attempt = async <T>(operation: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const answer = await breaker.execute(() =>
      presence.watch(() => settle(operation, AbortSignal.timeout(settings.attemptTimeout))),
    );
    if (answer.kind === 'error') throw answer.error;
    return answer.value;
  };

  return async (operation, { repeatable = false, retries = settings.maxRetries } = {}) => {
    const deadline = Date.now() + settings.patience;
    let unknown: OutcomeUnknown | undefined;
    const canRetry = (error: Error) =>
      Date.now() < deadline &&
      (isCollision(error) ||
        (error instanceof DatabaseUnavailable && (repeatable || !(error instanceof OutcomeUnknown))));
    const policy = retry(handleWhen(canRetry), {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: settings.retryDelay, generator: halfJitterGenerator }),
    });
    policy.onRetry((reason) => deps.onRetry('error' in reason ? causeClass(reason.error) : ''));
    try {
      return await policy.execute(() =>
        attempt(operation).catch((error: unknown) => {
          if (error instanceof OutcomeUnknown) unknown = error;
          throw error;
        }),
      );
    } catch (error) {
      throw finalError(error, unknown, Math.ceil(deps.retryIn() / 1000));
    }
  };
}

async function settle<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<Answer<T>> {
  try {
    return { kind: 'value', value: await operation(signal) };
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    return { kind: 'error', error };
  }
}

/** One try of unknown outcome leaves the whole unknown, whatever the later ones said. */
function finalError(error: unknown, unknown: OutcomeUnknown | undefined, retryAfter: number): unknown {
  const isAway = error instanceof BrokenCircuitError || error instanceof DatabaseUnavailable;
  if (!isAway) return error;
  const cause = unknown ?? error;
  const options = { cause, retryAfter: Math.max(1, retryAfter) };
  return unknown
    ? new OutcomeUnknown('the database went away in the middle of it', options)
    : new DatabaseUnavailable('the database is away', options);
}
