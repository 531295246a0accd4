import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './error-code.js';
import { freePort } from './free-port.js';
import { findPostgres } from './services.mjs';

const run = promisify(execFile);
const LOOPBACK = '127.0.0.1';

/** A real PostgreSQL of one's own, in a folder, on a loopback port that stays the same over restarts. */
export interface Postgres {
  connectionString(database?: string): string;
  start(): Promise<void>;
  /** `fast` ends sessions in an orderly way, `immediate` as a crash of the server process would. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL of the server with all its sessions. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a cluster in `folder`, or takes the one that is there, and starts it.
 *
 * @throws {Error} when PostgreSQL is not installed, or this is root and there is no account to run it as.
 */
export async function createPostgres(folder: string): Promise<Postgres> {
  const programs = findPostgres();
  if (!programs) throw new Error('PostgreSQL is not installed: no initdb in PATH or /usr/lib/postgresql');
  const account = await accountOf();
  const home = await reachable(folder, account);
  const data = path.join(home, 'cluster');
  const port = await freePort();
  let server: ChildProcess | undefined;

  const program = (name: string, ...args: string[]) => run(path.join(programs, name), args, account);

  const start = async () => {
    if (server) return;
    const settings = [`port=${port}`, `listen_addresses=${LOOPBACK}`, `unix_socket_directories=`];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(path.join(programs, 'postgres'), args, { ...account, stdio: 'ignore' });
    server = child;
    await waitUntilReady(program, port, child);
  };

  const end = async (signal: NodeJS.Signals) => {
    const child = server;
    server = undefined;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    // Each session is a process group of its own.
    const sessions = signal === 'SIGKILL' ? await childrenOf(child.pid) : [];
    for (const pid of [child.pid, ...sessions]) signalProcess(pid, signal);
    await exited;
  };

  if (account.uid !== undefined) await chown(home, account.uid, account.gid!);
  await chmod(home, 0o700);
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    await program('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync');
  }
  await start();
  const watchdog = endWithThisProcess(path.join(data, 'postmaster.pid'));

  return {
    connectionString: (database = 'postgres') => `postgres://postgres@${LOOPBACK}:${port}/${database}`,
    start,
    stop: (mode = 'fast') => end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill: () => end('SIGKILL'),
    close: async () => {
      watchdog.kill('SIGKILL');
      await end('SIGINT');
    },
  };
}

/** PostgreSQL would outlive a process that is killed: the other end of the watchdog's input closes even then. */
function endWithThisProcess(pidFile: string): ChildProcess {
  const script = 'cat >/dev/null; kill -INT "$(head -n 1 "$0")" 2>/dev/null';
  const watchdog = spawn('sh', ['-c', script, pidFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  return watchdog;
}

type Program = (name: string, ...args: string[]) => Promise<unknown>;

async function waitUntilReady(program: Program, port: number, child: ChildProcess): Promise<void> {
  for (let attempts = 200; ; attempts -= 1) {
    const isReady = await program('pg_isready', '-q', '-h', LOOPBACK, '-p', String(port)).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    if (child.exitCode !== null || attempts === 0)
      throw new Error(`PostgreSQL did not start on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await run('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  return listed.stdout.split('\n').filter(Boolean).map(Number);
}

/** It may have ended by itself meanwhile. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

interface Account {
  uid?: number;
  gid?: number;
  cwd: string;
}

/** Makes the folder; where the account cannot come to it, as below root's own, one of the same name that it can. */
async function reachable(folder: string, account: Account): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (account.uid === undefined) return folder;
  const isReachable = await run('test', ['-e', folder], account).then(
    () => true,
    () => false,
  );
  if (isReachable) return folder;
  const name = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 12);
  const other = path.join('/var/tmp', `resilient-forms-${name}`);
  await mkdir(other, { recursive: true, mode: 0o700 });
  return other;
}

/** PostgreSQL refuses to run as root; its package brings an account. */
async function accountOf(): Promise<Account> {
  const cwd = '/';
  if (process.getuid?.() !== 0) return { cwd };
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout), cwd };
  }
  throw new Error('PostgreSQL does not run as root, and there is no account "postgres" to run it as');
}
