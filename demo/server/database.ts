import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { DatabaseUnavailable, OutcomeUnknown, rethrow } from './database-errors.js';
import { createEmbedded } from './embedded.js';
import { errorCode } from './error-code.js';
import { type ConnectionPool, createPool, type PoolNumbers } from './pool.js';
import { schema } from './schema.js';
import { POOL, type PoolSettings } from './settings.js';

/** What a statement can be sent through: the database or one transaction's connection. */
export interface Queryable {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
}

export interface TransactionOptions<T> {
  /** Breaks the connection, and with it the transaction. */
  signal?: AbortSignal;
  /** Whether the result is to be kept; otherwise the transaction is rolled back. @default always */
  commitIf?: (result: T) => boolean;
}

/**
 * One try each; trying again is up to `resilientDatabaseOperation`. A statement outside a transaction is for
 * what may be done twice: when its answer is lost, nothing tells whether it was carried out.
 */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction; a throw rolls it back.
   *
   * @throws {DatabaseUnavailable} when it did not happen.
   * @throws {OutcomeUnknown} when the commit was sent and not answered.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions<T>): Promise<T>;
  /** How long the database takes to answer, in ms. */
  ping(timeout?: number): Promise<number>;
  numbers(): PoolNumbers;
  /** Takes the database away from the application until {@link Database.restore}. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL to use; without it an embedded one is started. */
  databaseUrl?: string | undefined;
  /** The folder of the embedded database; without it it lives in memory. */
  dataDir?: string | undefined;
  pool?: Partial<PoolSettings>;
}

/** One connection, as it is a single session; WebAssembly on a busy machine takes its time. */
const EMBEDDED = { max: 1, connectTimeout: 8000, statementTimeout: 0 };
const UNDEFINED_TABLE = '42P01';
const NOTHING: PoolNumbers = { total: 0, idle: 0, waiting: 0 };

/** Does not wait for a database that is away: its tables are made with the first connection there is. */
export async function createDatabase({
  databaseUrl,
  dataDir,
  pool: wanted,
}: DatabaseOptions): Promise<Database> {
  const embedded = databaseUrl ? null : await createEmbedded(dataDir);
  const settings = { ...POOL, ...(embedded && EMBEDDED), ...wanted };
  let pool: ConnectionPool | null = null;
  let tables: 'missing' | 'made' = 'missing';

  const makeTables = async (client: PoolClient) => {
    if (tables === 'made') return;
    await client.query(schema).catch(rethrow);
    tables = 'made';
  };

  const open = async () => {
    await embedded?.start();
    pool = createPool(embedded?.connectionString() ?? databaseUrl ?? '', settings, makeTables);
  };

  const lend = async <T>(work: (client: PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (!pool) throw new DatabaseUnavailable('the database is cut off');
    return await pool.lend(work, signal).catch((error: unknown) => {
      // Another database answers at the address now, an empty one.
      if (errorCode(error) === UNDEFINED_TABLE) tables = 'missing';
      throw error;
    });
  };

  const query: Database['query'] = (text, values) => lend((client) => asking(client).query(text, values));

  const cut = async () => {
    const cutPool = pool;
    pool = null;
    await embedded?.stop();
    // The connections of the embedded one are gone already; others end with the statement under way.
    void cutPool?.end().catch(() => {});
  };

  await open();
  return {
    query,
    cut,
    transaction: (work, options = {}) =>
      lend((client) => inTransaction(client, work, options.commitIf), options.signal),
    async ping(timeout = 2000) {
      const started = performance.now();
      await lend((client) => asking(client).query('select 1'), AbortSignal.timeout(timeout));
      return performance.now() - started;
    },
    numbers: () => pool?.numbers() ?? NOTHING,
    async restore() {
      if (!pool) await open();
    },
    async close() {
      await pool?.end();
      pool = null;
      await embedded?.close();
    },
  };
}

async function inTransaction<T>(
  client: PoolClient,
  work: (tx: Queryable) => Promise<T>,
  commitIf: (result: T) => boolean = () => true,
): Promise<T> {
  const tx = asking(client);
  await tx.query('begin');
  const result = await work(tx).catch(async (error: unknown) => {
    if (!(error instanceof DatabaseUnavailable)) await tx.query('rollback');
    throw error;
  });
  if (!commitIf(result)) {
    await tx.query('rollback');
    return result;
  }
  const { command } = await tx.query('commit').catch((cause: unknown) => {
    if (!(cause instanceof DatabaseUnavailable)) throw cause;
    throw new OutcomeUnknown('the commit was not answered', { cause });
  });
  // PostgreSQL answers so, without an error, when a statement had failed and its error was swallowed.
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back at its commit');
  return result;
}

const asking = (client: PoolClient): Queryable => ({
  query: async (text, values) => await client.query(text, values).catch(rethrow),
});
