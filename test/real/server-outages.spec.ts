import { expect, test } from '@playwright/test';
import { createDemo, type Demo } from '../../demo/server/app.js';
import { createPerson, type Person } from './server-people.js';
import { type Cluster, createCluster } from './server-world.js';

const PEOPLE = 5;
const FORMS = 200;

let cluster: Cluster;
let demo: Demo;
test.beforeAll(async () => {
  cluster = await createCluster();
  demo = await createDemo({
    databaseUrl: cluster.url,
    // Minutes of outages in seconds.
    resilience: { retryDelay: 50, breakerTimeout: 500, patience: 2000 },
  });
});
test.afterAll(async () => {
  await demo.close();
  await cluster.close();
});

/** What is done to PostgreSQL, in turns; each is over after `pause`. */
const outages: ((cluster: Cluster, pause: () => Promise<void>) => Promise<unknown>)[] = [
  ({ postgres }, pause) => postgres.stop('fast').then(pause).then(postgres.start),
  ({ terminate }) => terminate(),
  ({ postgres }, pause) => postgres.kill().then(pause).then(postgres.start),
  // Restarted: away as long as that takes.
  ({ postgres }) => postgres.stop('fast').then(postgres.start),
  ({ terminate }) => terminate(),
  ({ postgres }, pause) => postgres.stop('immediate').then(pause).then(postgres.start),
];

test(
  'five browsers submit 200 forms while PostgreSQL stops, dies, restarts and hangs up: each is one row',
  {
    tag: ['@O01', '@O18'],
  },
  async ({ browser }, info) => {
    test.setTimeout(300_000);
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => await createPerson(await browser.newContext(), demo.origin)),
    );
    const tokens = Array.from({ length: FORMS }, (_, index) => `form ${String(index).padStart(3, '0')}`);
    const progress = createProgress();

    const isOver = Promise.all(
      people.map((person, index) =>
        orderAll(
          person,
          tokens.filter((_, form) => form % PEOPLE === index),
          progress,
        ),
      ),
    );
    const count = await breakDatabase(progress);
    await isOver;
    for (const person of people) await expect.poll(person.settle, { timeout: 90_000 }).toBe(0);

    expect(await cluster.orders()).toEqual(Object.fromEntries(tokens.map((token) => [token, 1])));
    // It was no fair weather.
    expect(count).toBeGreaterThanOrEqual(outages.length);
    expect(progress.waiting).toBeGreaterThan(PEOPLE);
    info.annotations.push({
      type: 'outages',
      description: `${count}, and ${progress.waiting} forms that waited`,
    });
  },
);

function createProgress() {
  return { done: 0, waiting: 0 };
}

type Progress = ReturnType<typeof createProgress>;

async function orderAll(person: Person, tokens: string[], progress: Progress): Promise<void> {
  for (const token of tokens) {
    const outcome = await person.order(token);
    progress.done += 1;
    if (outcome === 'waiting') progress.waiting += 1;
  }
}

/** An outage each so many forms; it lasts until some more were sent into it. */
async function breakDatabase(progress: Progress): Promise<number> {
  const until = (done: number) =>
    expect
      .poll(() => progress.done, { timeout: 60_000, intervals: [50] })
      .toBeGreaterThanOrEqual(Math.min(done, FORMS));
  const rounds = 2 * outages.length;
  for (let round = 0; round < rounds; round += 1) {
    await until(Math.floor(((round + 0.5) * FORMS) / rounds));
    const { done } = progress;
    await outages[round % outages.length]!(cluster, () => until(done + PEOPLE));
  }
  return rounds;
}
