import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { createDjangoDemo, type DjangoDemo, type DjangoDemoOptions } from '../../demo/django/demo.js';

export { expect } from '@playwright/test';

/** Starts a Django demo in a folder of its own; both are gone after the file's tests. */
export type StartDjango = (options?: DjangoDemoOptions) => Promise<DjangoDemo>;

interface Fixtures {
  django: DjangoDemo;
  count: Count;
}
/** Rows of a model, asked of the database by Django itself. */
export type Count = (model: string, filter?: Record<string, unknown>) => Promise<number>;

/** One Django on one PostgreSQL for a file's tests, and more of them for a test that asks. */
export const test = base.extend<Fixtures & { start: StartDjango }, { shared: DjangoDemo }>({
  shared: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const folder = await createFolder();
      const demo = await createDjangoDemo({ database: 'postgres', dataDir: folder });
      await use(demo);
      await demo.close();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  django: async ({ shared }, use) => await use(shared),
  count: async ({ shared }, use) => await use(counterOf(shared)),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  start: async ({}, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (options = {}) => {
      const folder = await createFolder();
      const demo = await createDjangoDemo({ database: 'sqlite', dataDir: folder, ...options });
      ends.push(async () => {
        await demo.close();
        await rm(folder, { recursive: true, force: true });
      });
      return demo;
    });
    for (const end of ends.reverse()) await end();
  },
});

/** PostgreSQL may run under another account, which has to get through. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resilient-django-'));
  await chmod(folder, 0o711);
  return folder;
}

export const counterOf =
  (demo: DjangoDemo): Count =>
  async (model, filter = {}) => {
    const script = [
      'from django.apps import apps',
      `print(apps.get_model(${JSON.stringify(model)}).objects.filter(**${python(filter)}).count())`,
    ];
    return Number(await demo.python(['shell', '-v0', '-c', script.join('; ')]));
  };

const python = (filter: Record<string, unknown>): string =>
  JSON.stringify(filter).replaceAll('true', 'True').replaceAll('false', 'False').replaceAll('null', 'None');
