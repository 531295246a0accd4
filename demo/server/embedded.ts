import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { errorCode } from './error-code.js';

/** PostgreSQL inside this process, served on a free loopback port to the ordinary client. */
export interface Embedded {
  start(): Promise<void>;
  /** Closes the port and every connection; a transaction under way is rolled back. */
  stop(): Promise<void>;
  connectionString(): string;
  close(): Promise<void>;
}

/** Another process has the data folder open. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** Starts PostgreSQL in `dataDir`, or in memory without one; throws {@link FolderInUse}. */
export async function createEmbedded(dataDir?: string): Promise<Embedded> {
  const unlock = dataDir ? await lockFolder(dataDir) : async () => {};
  const db = await PGlite.create(dataDir ? { dataDir: path.join(dataDir, 'postgres') } : {});
  let server: PGLiteSocketServer | null = null;

  const stop = async () => {
    const stopping = server;
    server = null;
    await stopping?.stop();
    if (db.isInTransaction()) await db.exec('rollback');
  };

  return {
    stop,
    async start() {
      // A new server each time: its queue does not outlive a statement that failed while stopping.
      // More connections than the pool's one, as a dropped client is counted until its socket has closed.
      server ??= new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 8 });
      await server.start();
    },
    connectionString() {
      if (!server) throw new Error('the embedded database is stopped');
      return `postgres://postgres@${server.getServerConn()}/postgres`;
    },
    async close() {
      await stop();
      await db.close();
      await unlock();
    },
  };
}

/** Two processes on one folder would destroy it, and nothing in the embedded database prevents that. */
async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = path.join(dataDir, 'lock');
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder && isAlive(holder)) {
    throw new FolderInUse(
      `${dataDir} is in use by process ${holder}; if that is another program, delete ${file}`,
    );
  }
  await rm(file, { force: true });
  const handle = await open(file, 'wx');
  await handle.writeFile(String(process.pid));
  await handle.close();
  return async () => await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
