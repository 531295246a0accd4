import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { createVisitor, received } from './demo-world.js';

/** The demo as `npm start` runs it, in a process of its own. */
async function startProcess(dataDir: string, port: string): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    env: { ...process.env, DEMO_DATA: dataDir, PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const origin = /^Demo: (http:\S+)\/$/m.exec(output)?.[1];
    if (origin) return { child, origin };
  }
  throw new Error(`the demo did not start: ${output}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exited = once(child, 'exit');
  child.kill(signal);
  return (await exited)[0];
}

test('a killed process keeps orders, keys and sessions; a polite end is clean', { tag: '@O01' }, async () => {
  test.slow();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'demo-'));
  const first = await startProcess(dataDir, '0');
  const visitor = createVisitor(first.origin);
  await visitor.signIn('ada');
  const key = randomUUID();
  const { headers } = await visitor.order({ idempotency_key: key });
  await end(first.child, 'SIGKILL');

  const second = await startProcess(dataDir, new URL(first.origin).port);
  expect(second.origin).toBe(first.origin);
  const again = await visitor.order({ idempotency_key: key });
  expect(again.headers.get('location')).toBe(headers.get('location'));
  expect(await received(second.origin, key)).toMatchObject([{ effects: [{ deliveries: 2 }] }]);
  expect(await end(second.child, 'SIGTERM')).toBe(0);
  await rm(dataDir, { recursive: true });
});
