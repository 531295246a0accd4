import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { createVisitor } from '../unit/demo-world.js';
import { type ServerProcess, startServer } from './server-process.js';
import { createRelay, isCommit, type Verdict } from './server-relay.js';
import { type Cluster, createCluster } from './server-world.js';

test.describe.configure({ mode: 'default' });
test.setTimeout(90_000);

let cluster: Cluster;
/** Their line to PostgreSQL. */
let line: Awaited<ReturnType<typeof createRelay>>;
let balancer: Awaited<ReturnType<typeof createRelay>>;
let pair: ServerProcess[] = [];
let onCommit: () => Verdict = () => 'pass';

test.beforeAll(async () => {
  cluster = await createCluster();
  const postgresPort = Number(new URL(cluster.url).port);
  line = await createRelay({
    targets: () => [postgresPort],
    judge: (bytes) => (isCommit(bytes) ? onCommit() : 'pass'),
  });
  balancer = await createRelay({ targets: () => pair.map(({ port }) => port) });
});
test.beforeEach(async () => {
  onCommit = () => 'pass';
  const url = new URL(cluster.url);
  url.port = String(line.port);
  pair = await Promise.all([startServer(url.href), startServer(url.href)]);
});
test.afterEach(async () => {
  await Promise.all(pair.map((server) => server.kill()));
});
test.afterAll(async () => {
  await balancer.close();
  await line.close();
  await cluster.close();
});

const origin = () => `http://127.0.0.1:${balancer.port}`;

/** A browser that keeps no connection: each request may meet the other server. */
function createClient() {
  const visitor = createVisitor(origin());
  const order = (fields: Record<string, string>) =>
    visitor.post(
      '/orders/new/',
      { email: 'a@b.example', coffee: 'Harbour blend', size: '1 kg', quantity: '1', ...fields },
      { connection: 'close' },
    );
  return { visitor, order };
}

test(
  'one of two servers is killed in the middle of a transaction: the other makes the one order',
  {
    tag: '@O01',
  },
  async () => {
    const { visitor, order } = createClient();
    await visitor.send('/orders/new/');
    const fields = { customer: 'In the middle', idempotency_key: randomUUID() };
    const release = await cluster.lock('orders');
    const first = order(fields).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await expect.poll(cluster.waiting).toBe(1);

    // The same submission again, at the server that is left: told that the first is still under way.
    const busy = await busyServer();
    const second = await order(fields);
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1']);
    await busy.kill();
    expect(await first).toBe('no answer');
    expect(await cluster.orders()).not.toHaveProperty(fields.customer);

    await release();
    await expect.poll(async () => (await order(fields)).status).toBe(303);
    const again = await order(fields);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([303, 'true']);
    expect(await cluster.orders()).toMatchObject({ [fields.customer]: 1 });
  },
);

test(
  'one of two servers is killed after its commit and before its answer: the other gives the answer',
  {
    tag: '@O01',
  },
  async () => {
    const { visitor, order } = createClient();
    await visitor.send('/orders/new/');
    const fields = { customer: 'After the commit', idempotency_key: randomUUID() };
    let held = 0;
    onCommit = () => {
      held += 1;
      return held === 1 ? 'hold-answers' : 'pass';
    };
    const first = order(fields).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await expect.poll(async () => (await cluster.orders())[fields.customer]).toBe(1);
    await (await busyServer()).kill();
    expect(await first).toBe('no answer');

    const again = await order(fields);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([303, 'true']);
    expect(visitor.jar.get('resilient-sent')).toBe(fields.idempotency_key);
    expect(await cluster.orders()).toMatchObject({ [fields.customer]: 1 });
  },
);

test(
  'twenty deliveries of one key at once over both servers make one order and get one answer',
  {
    tag: '@O01',
  },
  async () => {
    const { visitor, order } = createClient();
    await visitor.send('/orders/new/');
    const fields = { customer: 'Twenty at once', idempotency_key: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(fields)));
    const done = answers.filter(({ status }) => status === 303);
    expect(answers.every(({ status }) => status === 303 || status === 409)).toBe(true);
    expect(new Set(done.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(done.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await cluster.orders()).toMatchObject({ [fields.customer]: 1 });
    const requests = await Promise.all(pair.map(countOrders));
    expect(requests.every((count) => count > 0)).toBe(true);
  },
);

/** The server whose transaction holds a connection of its pool. */
async function busyServer(): Promise<ServerProcess> {
  const used = await Promise.all(
    pair.map(
      async (server) =>
        (await metric(server, 'database_connections')) - (await metric(server, 'database_connections_idle')),
    ),
  );
  return pair[used.findIndex((count) => count > 0)]!;
}

async function metric({ origin }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

async function countOrders({ origin }: ServerProcess): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return [
    ...text.matchAll(
      /^http_request_duration_seconds_count\{route="\/orders\/new\/",method="POST".*\} (\d+)$/gm,
    ),
  ]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0);
}
