import { DatabaseError } from 'pg';
import { errorCode } from './error-code.js';

interface UnavailableOptions extends ErrorOptions {
  /** When to come back, in seconds. */
  retryAfter?: number;
}

/** The database did not answer or went away; what was asked for did not happen. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, ...options }: UnavailableOptions = {}) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/** The database went away between the commit and its answer: what was asked for may have happened. */
export class OutcomeUnknown extends DatabaseUnavailable {
  override readonly name = 'OutcomeUnknown';
}

/**
 * Tells a lost database from a statement that is wrong: SQLSTATE classes 08 (connection) and 57 (operator
 * intervention, time-outs included), no room for another connection, or no SQLSTATE at all.
 */
function isLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || !error.code) return true;
  return /^(08|57)/.test(error.code) || error.code === '53300';
}

/** For what the driver threw: a lost database becomes {@link DatabaseUnavailable}, a wrong statement stays. */
export function rethrow(error: unknown): never {
  if (error instanceof DatabaseUnavailable || !isLost(error)) throw error;
  throw new DatabaseUnavailable('the database did not answer', { cause: error });
}

/** Another transaction was in the way; nothing happened, and it may be tried again. */
export function isCollision(error: unknown): boolean {
  return error instanceof DatabaseError && ['40001', '40P01'].includes(error.code ?? '');
}

/** What an error is called in logs, health answers and the audit: a code or a class, never its message. */
export function causeClass(error: unknown): string {
  if (error instanceof DatabaseUnavailable && error.cause) return causeClass(error.cause);
  const code = errorCode(error);
  if (code) return code;
  const message = error instanceof Error ? error.message : '';
  if (/time(d )?out/i.test(message)) return 'timeout';
  if (/terminated|closed|not queryable/i.test(message)) return 'connection-lost';
  if (/breaker/i.test(message)) return 'breaker-open';
  return error instanceof Error ? error.name : 'unknown';
}
