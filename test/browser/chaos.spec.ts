import type { Page } from '@playwright/test';
import {
  closeTab,
  fateOf,
  live,
  openShop,
  scheduleOf,
  signInAs,
  visit,
  type Meant,
} from '../support/chaos.js';
import { expect, test } from '../support/fixtures.js';

/** Schedules run; `CHAOS_SEEDS=1000` for a long look. */
const seeds = Number(process.env['CHAOS_SEEDS'] ?? 100);
const first = Number(process.env['CHAOS_FIRST'] ?? 1);

test.describe('a seeded hour of bad connection loses, doubles and misdirects nothing', () => {
  for (let seed = first; seed < first + seeds; seed += 1) {
    test(`schedule ${seed}`, { tag: '@O01' }, async ({ context, site }) => {
      test.setTimeout(150_000);
      openShop(site);
      await context.clock.install();
      let page = await context.newPage();
      const meant: Meant[] = [];
      const steps = scheduleOf(seed, 3);
      for (const [index, step] of steps.entries()) {
        const one = { token: `s${seed}n${index}`, user: step.user, path: step.path };
        await test.step(JSON.stringify({ ...one, ...step }), async () => {
          page = await live(context, page, site, step, one);
        });
        meant.push(one);
      }
      await closeTab(page);
      const kept = await comeBack(await context.newPage(), meant);
      const fates = meant.map((one) => fateOf(one, site.effects, kept.has(one.token)));
      // Summed up after the run, in a table.
      for (const [index, fate] of fates.entries()) {
        test.info().annotations.push({ type: 'chaos', description: `${steps[index]!.fault} ${fate}` });
      }
      const bad = meant.filter((_, index) => !['once', 'kept'].includes(fates[index]!));
      expect(bad, JSON.stringify(fates)).toEqual([]);
      expect(site.effects).toHaveLength(fates.filter((fate) => fate === 'once').length);
    });
  }
});

/** Each of the people signs in again later, sends again what is held, and looks what drafts there are. */
async function comeBack(page: Page, meant: readonly Meant[]): Promise<Set<string>> {
  // Leases of navigations and waits of the schedule are over by then.
  await page.clock.setSystemTime(Date.now() + 10 * 60_000);
  const kept = new Set<string>();
  for (const user of new Set(meant.map((one) => one.user))) {
    await visit(page, signInAs(user));
    await expect(async () => {
      const waiting = await page.evaluate(async () => {
        const { outbox } = globalThis.ResilientForms!.instance!;
        const entries = await outbox.list();
        for (const { id, state } of entries) if (state === 'held') await outbox.retry(id);
        return entries.length;
      });
      expect(waiting).toBe(0);
    }).toPass({ timeout: 30_000 });
    for (const value of await draftTokens(page)) kept.add(JSON.parse(value) as string);
  }
  return kept;
}

/** What was typed and is still a draft: the person finds it, and it was not sent. */
const draftTokens = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { drafts } = globalThis.ResilientForms!.instance!;
    const details = await Promise.all((await drafts.list()).map(({ key }) => drafts.get(key)));
    return details.flatMap((detail) => detail?.values.map(({ value }) => JSON.stringify(value)) ?? []);
  });
