import { expect, test } from '@playwright/test';
import { createDatabase } from '../../demo/server/database.js';
import { createDrafts, type PutResult } from '../../demo/server/drafts.js';
import { createCluster } from './server-world.js';

test('of many writers at once one creates a draft, one replaces it, and the limit of an owner holds', async () => {
  const cluster = await createCluster();
  const database = await createDatabase({ databaseUrl: cluster.url });
  const store = createDrafts({ database, operation: (run) => run(AbortSignal.timeout(30_000)), limit: 3 });
  const many = (put: (index: number) => Promise<PutResult>) =>
    Promise.all(Array.from({ length: 10 }, async (_, index) => (await put(index)).kind));
  const howMany = (kinds: string[], kind: string) => kinds.filter((one) => one === kind).length;

  const create = { ifMatch: null, ifNoneMatch: '*' };
  const created = await many((index) => store.put('ada', 'one', String(index), create));
  expect([howMany(created, 'created'), howMany(created, 'changed')]).toEqual([1, 9]);

  const seen = { ifMatch: (await store.get('ada', 'one'))?.etag ?? '', ifNoneMatch: null };
  const replaced = await many((index) => store.put('ada', 'one', `new ${index}`, seen));
  expect([howMany(replaced, 'replaced'), howMany(replaced, 'changed')]).toEqual([1, 9]);

  const added = await many((index) => store.put('ada', `other ${index}`, '1', create));
  expect([howMany(added, 'created'), howMany(added, 'too-many')]).toEqual([2, 8]);
  expect(await store.list('ada')).toHaveLength(3);

  await database.close();
  await cluster.close();
});
