import { DatabaseError, Pool, type QueryResult, type QueryResultRow } from 'pg';
import { createEmbedded } from './embedded.js';
import { schema } from './schema.js';

/** The database did not answer or went away; nothing is known about a statement under way. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** What a statement can be sent through: the pool or one transaction's connection. */
export interface Queryable {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; a throw rolls it back. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Takes the database away from the application until {@link Database.restore}. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL to use; without it an embedded one is started. */
  databaseUrl?: string | undefined;
  /** The embedded database's folder; without it it lives in memory. */
  dataDir?: string | undefined;
}

/** Opens the database and creates the tables it lacks. */
export async function createDatabase({ databaseUrl, dataDir }: DatabaseOptions): Promise<Database> {
  const embedded = databaseUrl ? null : await createEmbedded(dataDir);
  let pool: Pool | null = null;

  const open = async () => {
    await embedded?.start();
    pool = createPool(embedded ? embedded.connectionString() : (databaseUrl ?? ''), embedded ? 1 : 10);
  };

  const query: Database['query'] = async (text, values) => {
    if (!pool) throw new DatabaseUnavailable('the database is cut off');
    return await pool.query(text, values).catch(rethrow);
  };

  const cut = async () => {
    const cutPool = pool;
    pool = null;
    await embedded?.stop();
    // The clients' sockets are gone already, so `end` has nothing to wait for but a query under way.
    void cutPool?.end().catch(() => {});
  };

  const restore = async () => {
    if (!pool) await open();
  };

  await open();
  try {
    await query(schema);
  } catch (error) {
    await cut();
    await embedded?.close();
    throw error;
  }

  return {
    query,
    cut,
    restore,
    async transaction(work) {
      if (!pool) throw new DatabaseUnavailable('the database is cut off');
      return await inTransaction(pool, work);
    },
    async close() {
      await pool?.end();
      pool = null;
      await embedded?.close();
    },
  };
}

function createPool(connectionString: string, max: number): Pool {
  const pool = new Pool({
    connectionString,
    // One for the embedded database: it is a single session, where further clients would only wait.
    max,
    connectionTimeoutMillis: 8000,
    query_timeout: 10_000,
  });
  // An idle client that loses its connection is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => {});
  return pool;
}

async function inTransaction<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  const lost = () => {};
  client.on('error', lost);
  let broken: Error | undefined;
  const tx: Queryable = { query: async (text, values) => await client.query(text, values).catch(rethrow) };
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => (broken = cause));
    throw error;
  } finally {
    client.off('error', lost);
    client.release(broken);
  }
}

/** Tells a lost database (classes 08 and 57, or no SQLSTATE at all) from a statement that is wrong. */
function rethrow(error: Error): never {
  const state = error instanceof DatabaseError ? (error.code ?? '') : '';
  if (state && !/^(08|57)/.test(state)) throw error;
  throw new DatabaseUnavailable('the database did not answer', { cause: error });
}
