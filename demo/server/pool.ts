import { Pool, type PoolClient } from 'pg';
import { DatabaseUnavailable } from './database-errors.js';
import type { PoolSettings } from './settings.js';

export interface PoolNumbers {
  total: number;
  idle: number;
  waiting: number;
}

/** Connections that are known to live when they are lent. */
export interface ConnectionPool {
  /**
   * Lends a connection for the time of `work`. One on which the database was lost is thrown away; `signal`
   * breaks it, so that a statement under way ends.
   */
  lend<T>(work: (client: PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  numbers(): PoolNumbers;
  end(): Promise<void>;
}

/** Opens no connection yet: the database may be away. `setUp` is run on the first that there is. */
export function createPool(
  connectionString: string,
  settings: PoolSettings,
  setUp: (client: PoolClient) => Promise<void>,
): ConnectionPool {
  const pool = new Pool({
    connectionString,
    max: settings.max,
    connectionTimeoutMillis: settings.connectTimeout,
    idleTimeoutMillis: settings.idleTimeout,
    maxLifetimeSeconds: settings.maxLifetime / 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(settings.statementTimeout && { statement_timeout: settings.statementTimeout }),
    // The server's own limit comes first; this one is for a server that no longer answers.
    query_timeout: (settings.statementTimeout || 9000) + 1000,
    application_name: 'resilient-forms-demo',
  });
  // An idle connection that is lost is taken out by the pool; unheard, the event would end the process.
  pool.on('error', ignore);
  const usedAt = new WeakMap<PoolClient, number>();

  const isRested = (client: PoolClient) =>
    Date.now() - (usedAt.get(client) ?? Date.now()) >= settings.checkAfter;

  /** Dead connections are thrown away one by one; at the latest after all of them a new one is made. */
  const borrow = async (signal?: AbortSignal): Promise<PoolClient> => {
    for (;;) {
      const client = await pool.connect().catch((cause: Error) => {
        // Whatever the reason, it is not a statement that was wrong.
        throw new DatabaseUnavailable('no connection to the database', { cause });
      });
      // From here on it is ours to hear: a lost one that nobody hears would end the process.
      client.on('error', ignore);
      if (!isRested(client)) return client;
      const dead = await isDead(client);
      if (!dead) return client;
      client.off('error', ignore);
      client.release(dead);
      if (signal?.aborted) throw new DatabaseUnavailable('no time left', { cause: dead });
    }
  };

  return {
    async lend(work, signal) {
      const client = await borrow(signal);
      const breakIt = () => void client.end().catch(ignore);
      signal?.addEventListener('abort', breakIt, { once: true });
      let lost: Error | undefined;
      try {
        // The time may have gone with waiting for the connection.
        if (signal?.aborted) throw new DatabaseUnavailable('no time left', { cause: signal.reason });
        await setUp(client);
        return await work(client);
      } catch (error) {
        if (error instanceof DatabaseUnavailable) lost = error;
        throw error;
      } finally {
        signal?.removeEventListener('abort', breakIt);
        client.off('error', ignore);
        usedAt.set(client, Date.now());
        client.release(lost);
      }
    },
    numbers: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    end: () => pool.end(),
  };
}

/** A lost connection fails the statement under way, or the next one: that tells. */
const ignore = (): void => {};

async function isDead(client: PoolClient): Promise<Error | undefined> {
  const question = { text: 'select 1', query_timeout: 1000 };
  return await client.query(question).then(
    () => undefined,
    (error: Error) => error,
  );
}
