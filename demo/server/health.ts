import type { Connection } from './connection.js';
import { IDEMPOTENCY_MAX_AGE } from './idempotency.js';
import type { Reads } from './reads.js';

/** In ms. */
const SLOW = 1000;

export type HealthStatus = 'pass' | 'warn' | 'fail';

export interface Check {
  status: HealthStatus;
  observedValue?: number | string;
  [member: string]: unknown;
}

/** A health answer (draft-inadarei-api-health-check): statuses and numbers, never an error's text. */
export interface HealthReport {
  status: HealthStatus;
  checks?: Record<string, Check[]>;
  /** A POST may be sent again under its key, for so many seconds. */
  idempotency: true;
  idempotencyMaxAge: number;
}

/** What can be said without the database. */
export const SIMPLE: HealthReport = {
  status: 'pass',
  idempotency: true,
  idempotencyMaxAge: IDEMPOTENCY_MAX_AGE,
};

interface Deps {
  connection: Connection;
  reads: Reads;
}

/** Asks the database and looks at all else; fails when a submission would not be taken. */
export async function reportHealth({ connection, reads }: Deps): Promise<HealthReport> {
  const database = await checkDatabase(connection);
  const state = connection.breaker.state();
  // Open and the database there: the next operation is the trial that closes it.
  const breaker = state === 'closed' ? 'pass' : database.status === 'fail' ? 'fail' : 'warn';
  const parked = connection.parked.count();
  const checks: Record<string, Check[]> = {
    database: [database],
    cache: [
      { status: 'pass', componentType: 'component', observedValue: reads.size(), observedUnit: 'entries' },
    ],
    breaker: [{ status: breaker, observedValue: state }],
    parked: [{ status: parked > 0 ? 'warn' : 'pass', observedValue: parked }],
  };
  return { ...SIMPLE, status: worst(Object.values(checks).flat()), checks };
}

async function checkDatabase(connection: Connection): Promise<Check> {
  const time = new Date().toISOString();
  const componentType = 'datastore';
  try {
    const observedValue = Math.round(await connection.ping());
    const status = observedValue > SLOW ? 'warn' : 'pass';
    return { status, componentType, observedValue, observedUnit: 'ms', time };
  } catch {
    return { status: 'fail', componentType, time };
  }
}

function worst(checks: Check[]): HealthStatus {
  const order = ['fail', 'warn'] as const;
  return order.find((status) => checks.some((check) => check.status === status)) ?? 'pass';
}
