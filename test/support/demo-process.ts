import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface DemoProcess {
  origin: string;
  /** Resolves with the exit code; `null` when the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The demo as `npm start` runs it, in a process of its own. Port `0` is any free one. */
export async function startDemoProcess(dataDir: string, port = '0'): Promise<DemoProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    env: { ...process.env, DEMO_DATA: dataDir, DEMO_LOG: '0', PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { origin: await originOf(child), end: (signal) => end(child, signal) };
}

async function originOf(child: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout!) {
    output += String(chunk);
    const origin = /^Demo: (http:\S+)\/$/m.exec(output)?.[1];
    if (origin) return origin;
  }
  throw new Error(`the demo did not start: ${output}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  return (await exited)[0] as number | null;
}
