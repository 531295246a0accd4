import { test as base } from '@playwright/test';
import type { DjangoDemoOptions } from '../../demo/django/demo.js';
import { createWorld, type Mode, type World } from './admin-world.js';

export { expect } from '@playwright/test';

type WorldOf = (mode: Mode, env?: Record<string, string>) => Promise<World>;

interface Fixtures {
  /** For `test.use({ mode: 'dropin' })`. */
  mode: Mode;
  /** More for Django's environment. */
  django: NonNullable<DjangoDemoOptions['env']>;
  /** Whole at the start of each test, and mended after it. */
  world: World;
}

/** Worlds live as long as their worker: starting one takes longer than most tests. */
export const test = base.extend<Fixtures, { worlds: WorldOf }>({
  mode: ['full', { option: true }],
  django: [{}, { option: true }],
  worlds: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from the pattern.
    async ({}, use) => {
      const started = new Map<string, World>();
      await use(async (mode, env = {}) => {
        const name = JSON.stringify([mode, env]);
        const world = started.get(name) ?? (await createWorld(mode, { env }));
        started.set(name, world);
        return world;
      });
      for (const world of started.values()) await world.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  world: [
    async ({ worlds, mode, django }, use) => {
      const world = await worlds(mode, django);
      await use(world);
      await world.fault('none');
      await world.postgres!.start();
      await world.django.start();
      await untilWhole(world);
    },
    { timeout: 120_000 },
  ],
});

/** Django 3.2 finds out that a connection died by failing a request on it: all that rest are used up, at once. */
async function untilWhole({ origin, mode }: World): Promise<void> {
  if (mode === 'off') return;
  await base
    .expect(async () => {
      const asked = Array.from({ length: 12 }, () => fetch(`${origin}/health/`));
      const answers = await Promise.all(asked);
      base.expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    })
    .toPass({ timeout: 30_000 });
}

/** Both ways in which a site may have the SDK. */
export const MODES = ['full', 'dropin'] as const;
