import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createVisitor } from '../unit/demo-world.js';
import { createRelay } from './server-relay.js';
import { type Cluster, createCluster } from './server-world.js';

test.describe.configure({ mode: 'default' });

let cluster: Cluster;
let demo: Demo;
test.beforeAll(async () => {
  cluster = await createCluster();
});
test.afterAll(async () => {
  await cluster.close();
});
test.afterEach(async () => {
  await demo.close();
});

const start = async (pool = {}) =>
  (demo = await createDemo({
    databaseUrl: cluster.url,
    resilience: { retryDelay: 10, breakerTimeout: 500 },
    pool,
  }));
const healthStatus = async () => (await fetch(`${demo.origin}/health/`)).status;

test('a server that starts without its database serves forms, and is whole when it comes', async () => {
  await cluster.postgres.stop();
  await start();
  const visitor = createVisitor(demo.origin);
  const key = randomUUID();
  expect(await healthStatus()).toBe(503);
  await visitor.signIn('ada');
  expect((await visitor.send('/orders/new/')).status).toBe(200);
  expect((await visitor.order({ idempotency_key: key })).status).toBe(503);

  await cluster.postgres.start();
  await expect.poll(healthStatus).toBe(200);
  // Still signed in: the secret of the start became the database's.
  const { status } = await visitor.order({ idempotency_key: key, customer: 'First' });
  expect(status).toBe(303);
  expect(await cluster.orders()).toEqual({ First: 1 });
  const events = async () =>
    (await cluster.rows<{ event: string }>('select event from audit order by at')).map(({ event }) => event);
  await expect.poll(events).toEqual(['outage-began', 'sign-in', 'outage-ended']);
});

test('tables that are gone with their database are made again', async () => {
  await start();
  expect((await createVisitor(demo.origin).order({ customer: 'Before' })).status).toBe(303);
  await cluster.rows('drop schema public cascade');
  await cluster.rows('create schema public');
  const visitor = createVisitor(demo.origin);
  await expect.poll(async () => (await visitor.order({ customer: 'After' })).status).toBe(303);
  expect(await cluster.orders()).toEqual({ After: 1 });
});

test('connections that died unheard while they rested are thrown away before they are lent', async () => {
  const port = Number(new URL(cluster.url).port);
  const relay = await createRelay({ targets: () => [port] });
  const url = new URL(cluster.url);
  url.port = String(relay.port);
  // No further tries: the first one has to be on a connection that lives.
  demo = await createDemo({
    databaseUrl: url.href,
    resilience: { maxRetries: 0 },
    pool: { max: 3, checkAfter: 0 },
  });
  const visitor = createVisitor(demo.origin);
  const orderMany = async (customer: string) => {
    const answers = await Promise.all(Array.from({ length: 3 }, () => visitor.order({ customer })));
    return answers.map(({ status }) => status);
  };
  expect(await orderMany('Warm')).toEqual([303, 303, 303]);
  relay.freeze();
  expect(await orderMany('Cold')).toEqual([303, 303, 303]);
  expect(await cluster.orders()).toMatchObject({ Warm: 3, Cold: 3 });
  await relay.close();
});

test('a statement that is stuck ends in time for the person who waits', async () => {
  test.setTimeout(60_000);
  await start({ statementTimeout: 500 });
  const visitor = createVisitor(demo.origin);
  await visitor.order({ customer: 'Tables' });
  const release = await cluster.lock('orders');
  const began = performance.now();
  expect((await visitor.order({ customer: 'Stuck' })).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(15_000);
  await release();
  expect(await cluster.orders()).not.toHaveProperty('Stuck');
});
