import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createVisitor } from '../unit/demo-world.js';
import { createRelay, isCommit, type Verdict } from './server-relay.js';
import { type Cluster, createCluster } from './server-world.js';

test.describe.configure({ mode: 'default' });

let cluster: Cluster;
let relay: Awaited<ReturnType<typeof createRelay>>;
let demo: Demo;
/** What becomes of the next commits, one each. */
let fates: Verdict[] = [];
let commits = 0;

test.beforeAll(async () => {
  cluster = await createCluster();
  const postgresPort = Number(new URL(cluster.url).port);
  relay = await createRelay({
    targets: () => [postgresPort],
    judge(bytes) {
      if (!isCommit(bytes)) return 'pass';
      commits += 1;
      return fates.shift() ?? 'pass';
    },
  });
  const url = new URL(cluster.url);
  url.port = String(relay.port);
  demo = await createDemo({ databaseUrl: url.href, resilience: { retryDelay: 10, breakerThreshold: 100 } });
});
test.afterAll(async () => {
  await demo.close();
  await relay.close();
  await cluster.close();
});

async function order(customer: string, fields: Record<string, string>, ...next: Verdict[]) {
  const visitor = createVisitor(demo.origin);
  await visitor.send('/orders/new/');
  fates = next;
  commits = 0;
  const answer = await visitor.order({ customer, ...fields });
  const made = (await cluster.orders())[customer] ?? 0;
  return {
    status: answer.status,
    replayed: answer.headers.has('idempotency-replayed'),
    text: await answer.text(),
    made,
  };
}

test(
  'a commit that was carried out and not answered is found by its key: one order, and its answer',
  {
    tag: '@O01',
  },
  async () => {
    const one = await order('kept, keyed', { idempotency_key: randomUUID() }, 'cut-after');
    expect(one).toMatchObject({ status: 303, replayed: true, made: 1 });
  },
);

test('a commit that did not arrive is made again under its key', { tag: '@O01' }, async () => {
  const one = await order('lost, keyed', { idempotency_key: randomUUID() }, 'cut-before', 'cut-before');
  expect(one).toMatchObject({ status: 303, replayed: false, made: 1 });
  expect(commits).toBe(3);
});

test('without a key such a commit is not sent again, and the page says that nothing is known', async () => {
  for (const [customer, fate, made] of [
    ['kept, no key', 'cut-after', 1],
    ['lost, no key', 'cut-before', 0],
  ] as const) {
    const one = await order(customer, {}, fate);
    expect(one).toMatchObject({ status: 503, made });
    expect(one.text).toContain('Whether it was stored is not known.');
    expect(commits).toBe(1);
  }
});
