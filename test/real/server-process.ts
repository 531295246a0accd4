import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ServerProcess {
  port: number;
  origin: string;
  /** SIGKILL, as the machine itself might; the folder goes too. */
  kill(): Promise<void>;
}

/** `main.ts` in a process of its own, on a PostgreSQL that others use as well. */
export async function startServer(databaseUrl: string): Promise<ServerProcess> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'server-data-'));
  const env = { ...process.env, DATABASE_URL: databaseUrl, DEMO_DATA: dataDir, DEMO_LOG: '0', PORT: '0' };
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    env: { ...env, CONNECTION_RETRY_DELAY: '0.05' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let output = '';
  let origin: string | undefined;
  for await (const chunk of child.stdout) {
    output += String(chunk);
    origin = /^Demo: (http:\S+)\/$/m.exec(output)?.[1];
    if (origin) break;
  }
  if (!origin) throw new Error(`the server did not start: ${output}`);
  return {
    origin,
    port: Number(new URL(origin).port),
    async kill() {
      child.kill('SIGKILL');
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
