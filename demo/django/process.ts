import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../server/free-port.js';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const LOOPBACK = '127.0.0.1';
/** For a machine that does several things at once; milliseconds. */
const STARTUP = 60_000;
/** As much of its log as is remembered, in characters. */
const LOG = 64 * 1024;

/** Django in a process of its own, on a port that stays the same over restarts. */
export interface DjangoProcess {
  port: number;
  start(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Runs `manage.py` with the same settings, and returns what it prints. */
  manage(args: string[]): Promise<string>;
  /** The last lines of its log. */
  logged(): string[];
  close(): Promise<void>;
}

export interface DjangoProcessOptions {
  python: string;
  /** What is added to this process's own environment. */
  env: Record<string, string>;
  /** Whether its log lines are passed on to stderr. */
  log: boolean;
}

/** Migrates, loads the demo data and serves; resolves when it answers. */
export async function createDjangoProcess(options: DjangoProcessOptions): Promise<DjangoProcess> {
  const { python } = options;
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...options.env };
  const port = await freePort();
  let child: ChildProcess | undefined;
  let said = '';

  const start = async () => {
    if (child) return;
    // It ends when its standard input does: with this process, however that one ends.
    const args = ['manage.py', 'serve_demo', String(port)];
    const started = spawn(python, args, { cwd: HERE, env, stdio: ['pipe', 'ignore', 'pipe'] });
    started.stderr.on('data', (chunk: Buffer) => {
      if (options.log) process.stderr.write(chunk);
      said = (said + chunk.toString()).slice(-LOG);
    });
    started.stdin.on('error', () => {});
    child = started;
    await waitUntilServing(started, port, () => said);
  };

  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
  };

  await start();
  return {
    port,
    start,
    kill: () => end('SIGKILL'),
    close: () => end('SIGTERM'),
    logged: () => said.split('\n').filter((line) => line.startsWith('{')),
    manage: async (args) => (await run(python, ['manage.py', ...args], { cwd: HERE, env })).stdout,
  };
}

/** A request that no middleware takes for more than it is; whatever it is answered, somebody serves. */
async function waitUntilServing(child: ChildProcess, port: number, said: () => string): Promise<void> {
  const deadline = Date.now() + STARTUP;
  for (;;) {
    const answered = await fetch(`http://${LOOPBACK}:${port}/static/admin/css/base.css`).catch(
      () => undefined,
    );
    await answered?.body?.cancel();
    if (answered) return;
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (isOver || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`Django did not start:\n${said().slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
