import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { createVisitor } from './demo-world.js';

/** `main.ts` with its output kept. */
async function startLogged(dataDir: string, env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    env: { ...process.env, DEMO_DATA: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const keep = (chunk: Buffer) => (output += String(chunk));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const address = (name: string) => new RegExp(`^${name}: (http:\\S+)/$`, 'm').exec(output)?.[1];
  return {
    exited,
    output: () => output,
    events: () =>
      output
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [])),
    origin: async () => {
      await expect.poll(() => address('Demo'), { timeout: 60_000 }).toBeTruthy();
      return address('Demo')!;
    },
    control: () => address('Faults')!,
    end: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

let dataDir: string;
let server: Awaited<ReturnType<typeof startLogged>>;
test.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'demo-'));
});
test.afterEach(async () => {
  await server.end();
  await rm(dataDir, { recursive: true });
});

test('the log tells the connection’s story in lines of JSON, and nothing that was typed', async () => {
  test.slow();
  server = await startLogged(dataDir, {
    CONNECTION_RETRY_DELAY: '0.01',
    CIRCUIT_BREAKER_THRESHOLD: '5',
    DEMO_LOG: '1',
  });
  const origin = await server.origin();
  const visitor = createVisitor(origin);
  await visitor.send('/orders/new/?q=secret-query');
  const token =
    /name="token" value="([^"]+)"/.exec(await (await fetch(`${origin}/faults/`)).text())?.[1] ?? '';
  const faults = (method: string, body?: object) =>
    fetch(`${server.control()}/faults`, {
      method,
      headers: { 'x-fault-token': token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  expect((await faults('POST', { kind: 'database', seconds: 60 })).status).toBe(200);
  for (let tries = 0; tries < 2; tries += 1)
    expect(
      (await visitor.order({ customer: 'Secret Customer', idempotency_key: 'secret-key-1' })).status,
    ).toBe(503);
  await faults('DELETE');
  const messages = () =>
    server
      .events()
      .map(({ msg, breaker }) => (typeof breaker === 'string' ? `${String(msg)} ${breaker}` : msg));
  await expect.poll(messages, { timeout: 20_000 }).toContain('parked operations retried');
  expect((await visitor.order({ customer: 'Secret Customer', idempotency_key: 'secret-key-1' })).status).toBe(
    303,
  );
  await expect
    .poll(messages)
    .toEqual(
      expect.arrayContaining([
        'database lost',
        'operation parked',
        'database operation is tried again',
        'circuit breaker open',
        'database back',
        'circuit breaker half-open',
        'circuit breaker closed',
      ]),
    );
  const level = (msg: string) => server.events().find((event) => event['msg'] === msg)?.['level'];
  expect([
    level('database lost'),
    level('database back'),
    level('database operation is tried again'),
  ]).toEqual([30, 30, 40]);
  expect(server.output()).toContain('"path":"/orders/new/"');
  expect(server.output()).not.toMatch(/secret/i);
});

test('a setting that is wrong ends the start with its name and what was expected', async () => {
  server = await startLogged(dataDir, { CIRCUIT_BREAKER_THRESHOLD: 'often' });
  expect((await server.exited)[0]).toBe(1);
  expect(server.output()).toContain(
    'CIRCUIT_BREAKER_THRESHOLD=often: expected a whole number from 1 to 1000\n',
  );
});
