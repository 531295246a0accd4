import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { startDemoProcess } from '../support/demo-process.js';
import { createVisitor, received } from './demo-world.js';

test('a killed process keeps orders, keys and sessions; a polite end is clean', { tag: '@O01' }, async () => {
  test.slow();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'demo-'));
  const first = await startDemoProcess(dataDir);
  const visitor = createVisitor(first.origin);
  await visitor.signIn('ada');
  const key = randomUUID();
  const { headers } = await visitor.order({ idempotency_key: key });
  await first.end('SIGKILL');

  const second = await startDemoProcess(dataDir, new URL(first.origin).port);
  expect(second.origin).toBe(first.origin);
  const again = await visitor.order({ idempotency_key: key });
  expect(again.headers.get('location')).toBe(headers.get('location'));
  expect(await received(second.origin, key)).toMatchObject([{ effects: [{ deliveries: 2 }] }]);
  expect(await second.end('SIGTERM')).toBe(0);
  await rm(dataDir, { recursive: true });
});
