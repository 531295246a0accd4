import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { createPostgres, type Postgres } from '../../demo/server/postgres.js';

/** A PostgreSQL of the test's own, and a line to it past the server that is tested. */
export interface Cluster {
  postgres: Postgres;
  url: string;
  rows<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Orders by customer, as PostgreSQL counts them. */
  orders(): Promise<Record<string, number>>;
  /** Holds a table, so that whoever writes to it waits; returns what lets go. */
  lock(table: string): Promise<() => Promise<void>>;
  /** Statements that wait for a lock. */
  waiting(): Promise<number>;
  /** Cuts every connection but this one. */
  terminate(): Promise<number>;
  close(): Promise<void>;
}

export async function createCluster(): Promise<Cluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'server-'));
  // PostgreSQL may run under another account, which has to get through.
  await chmod(folder, 0o711);
  const postgres = await createPostgres(path.join(folder, 'postgres'));
  const url = postgres.connectionString();

  const connect = async () => {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    return client;
  };

  const rows = async <Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
    const client = await connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };

  const count = async (text: string) => Number((await rows<{ count: string }>(text))[0]?.count);

  return {
    postgres,
    url,
    rows,
    async orders() {
      const counted = await rows<{ customer: string; count: string }>(
        'select customer, count(*) from orders group by customer order by customer',
      );
      return Object.fromEntries(counted.map(({ customer, count }) => [customer, Number(count)]));
    },
    async lock(table) {
      const client = await connect();
      await client.query(`begin; lock table ${table} in exclusive mode`);
      return async () => await client.end();
    },
    waiting: () => count(`select count(*) from pg_stat_activity where wait_event_type = 'Lock'`),
    terminate: () =>
      count(
        'select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
      ),
    async close() {
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
