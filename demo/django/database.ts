import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createPostgres, type Postgres } from '../server/postgres.js';
import type { Python } from './python.js';

/** `sqlite`, a PostgreSQL of the demo's own, or one that is there already. */
export type DatabaseChoice = 'sqlite' | 'postgres' | { url: string };

export interface DemoDatabase {
  title: string;
  env: Record<string, string>;
  postgres?: Postgres;
  /** Takes the database away, for real. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Takes the connection away by holding the one lock that nobody gets past. */
const LOCK = `import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute('BEGIN EXCLUSIVE')
print('locked', flush=True)
sys.stdin.read()`;

/** Without a choice it is PostgreSQL where that can be had, else SQLite. */
export async function createDemoDatabase(
  choice: DatabaseChoice | undefined,
  dataDir: string,
  python: Python,
): Promise<DemoDatabase> {
  if (typeof choice !== 'object') {
    return (choice ?? (python.hasPostgres ? 'postgres' : 'sqlite')) === 'postgres'
      ? await createOwnPostgres(path.join(dataDir, 'postgres'))
      : createSqlite(path.join(dataDir, 'django.sqlite3'), python.program);
  }
  const cannot = async () => await Promise.reject(new Error('that PostgreSQL is not ours to stop'));
  return {
    title: 'the PostgreSQL of DATABASE_URL',
    env: { DATABASE_URL: choice.url },
    stop: cannot,
    start: async () => {},
    close: async () => {},
  };
}

async function createOwnPostgres(folder: string): Promise<DemoDatabase> {
  const postgres = await createPostgres(folder);
  return {
    title: 'a PostgreSQL of its own',
    env: { DATABASE_URL: postgres.connectionString() },
    postgres,
    stop: () => postgres.stop('immediate'),
    start: postgres.start,
    close: postgres.close,
  };
}

function createSqlite(file: string, python: string): DemoDatabase {
  let lock: ChildProcess | undefined;
  const start = async () => {
    const ending = lock;
    lock = undefined;
    if (!ending || ending.exitCode !== null) return;
    const exited = once(ending, 'exit');
    ending.stdin?.end();
    await exited;
  };
  return {
    title: 'SQLite',
    env: {},
    start,
    close: start,
    async stop() {
      if (lock) return;
      const child = spawn(python, ['-c', LOCK, file], { stdio: ['pipe', 'pipe', 'ignore'] });
      lock = child;
      await Promise.race([
        once(child.stdout, 'data'),
        once(child, 'exit').then(() => Promise.reject(new Error('the database file could not be locked'))),
      ]);
    },
  };
}
