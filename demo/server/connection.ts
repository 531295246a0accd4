import type { FastifyBaseLogger } from 'fastify';
import { AUDIT, type Audit, createAudit, writeAudit } from './audit.js';
import { type Breaker, createBreaker } from './breaker.js';
import type { Database } from './database.js';
import type { Metrics } from './metrics.js';
import { createParked, type Parked, type RetryResult } from './parked.js';
import { createPresence, type PresenceState } from './presence.js';
import { createResilience, type ResilientDatabaseOperation } from './resilience.js';
import type { ResilienceSettings } from './settings.js';
import type { Operation, Spool } from './spool.js';
import { createWatcher } from './watcher.js';

/** The database as the application meets it: away at times. */
export interface Connection {
  resilientDatabaseOperation: ResilientDatabaseOperation;
  audit: Audit;
  breaker: Pick<Breaker, 'state' | 'failures' | 'timeLeft'>;
  presence(): PresenceState;
  /** Asks the database, past the breaker; its answer in ms. Many at once are one question. */
  ping(): Promise<number>;
  /** When a new try can make a difference, in ms. */
  retryIn(): number;
  parked: Pick<Parked, 'count' | 'details'>;
  retryParked(): Promise<RetryResult>;
  close(): void;
}

interface Deps {
  database: Database;
  settings: ResilienceSettings;
  spool: Spool;
  log: FastifyBaseLogger;
  metrics: Metrics;
  onBack: () => void;
}

/** Wires what is known about the database to what is done about it. */
export async function createConnection(deps: Deps): Promise<Connection> {
  const { database, settings, spool, log, metrics } = deps;
  const breaker = createBreaker({
    threshold: settings.breakerThreshold,
    timeout: settings.breakerTimeout,
    onChange(state) {
      log.info({ breaker: state, failures: breaker.failures() }, 'circuit breaker');
      if (state === 'open') metrics.breakerOpens.inc();
    },
  });

  const presence = createPresence({
    onLost(cause, at) {
      log.info({ cause }, 'database lost');
      audit.record('outage-began', { cause, at });
      watcher.wake();
    },
    onBack(at, awayFor) {
      log.info({ seconds: awayFor / 1000 }, 'database back');
      breaker.trialNow();
      audit.record('outage-ended', { at });
      void parked.retry();
      deps.onBack();
    },
  });

  const perform: Record<string, (operation: Operation) => Promise<void>> = {
    [AUDIT]: (operation) => presence.watch(() => writeAudit(database, operation)),
  };

  const parked = await createParked({
    spool,
    isAway: () => presence.state().kind === 'away',
    async perform(operation) {
      const work = perform[operation.name];
      if (!work) throw new Error(`nobody knows how to do "${operation.name}"`);
      await work(operation);
    },
    onParked(operation) {
      log.info({ operation, parked: parked.count() }, 'operation parked');
      watcher.wake();
    },
    onDropped: (operation, cause) => log.warn({ operation, cause }, 'operation cannot be kept'),
    onRetried(result) {
      log[result.failed > 0 ? 'warn' : 'info'](result, 'parked operations retried');
      if (parked.fresh() > 0) watcher.wake();
    },
  });

  const audit = createAudit(parked);
  const ping = shared(() => presence.watch(() => database.ping()));

  const watcher = createWatcher({
    async look() {
      await ping();
      await parked.retry();
      return parked.fresh() > 0 ? 'again' : 'enough';
    },
  });
  if (parked.count() > 0) watcher.wake();

  /** The watcher's answer may come before the breaker's time is over. */
  const retryIn = () => {
    const left = breaker.timeLeft();
    const next = watcher.nextIn();
    return left && next ? Math.min(left, next) : left || next;
  };

  const resilientDatabaseOperation = createResilience({
    settings,
    breaker,
    presence,
    retryIn,
    onRetry(cause) {
      metrics.databaseRetries.inc();
      log.warn({ cause }, 'database operation is tried again');
    },
  });

  return {
    resilientDatabaseOperation,
    audit,
    breaker,
    presence: presence.state,
    ping,
    retryIn,
    parked,
    async retryParked() {
      // Also when nothing is parked, the answer says whether the database is there.
      await ping().catch(() => {});
      const result = await parked.retry();
      return { ...result, database: presence.state().kind === 'away' ? 'away' : 'there' };
    },
    close: () => watcher.stop(),
  };
}

/** One call at a time; those who come meanwhile get its result. */
function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= call().finally(() => (running = undefined)));
}
