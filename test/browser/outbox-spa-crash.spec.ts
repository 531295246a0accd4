import { expect, test } from '../support/fixtures.js';
import { load, openApp, order, submit } from '../support/app.js';
import { entriesOf } from '../support/outbox.js';
import { freezeAt, stepsOf, watchSteps, type StepName } from '../support/steps.js';

/** Between the app's call and the deletion of the entry. */
const steps: readonly StepName[] = [
  'submission written',
  'submission stored',
  'claim written',
  'claim stored',
  'request leaves',
  'answer came',
  'deletion written',
  'deletion stored',
];

for (const step of steps.slice(1)) {
  test(
    `an app’s request: the tab dies at "${step}", and it arrives once`,
    { tag: ['@O20', '@O01'] },
    async ({ context, page, site }) => {
      await watchSteps(page, site);
      await openApp(page, site);
      const frozen = freezeAt(site, step);
      void submit(page, '/api/orders/', order('Twenty chairs')).catch(() => undefined);
      await frozen.reached();
      await page.close();
      frozen.over();
      const next = await context.newPage();
      await load(next, site);
      await site.whenEffects(1);
      await expect.poll(() => entriesOf(next)).toEqual([]);
      expect(site.effects).toHaveLength(1);
      expect(new Set(site.posts.map(({ key }) => key)).size).toBe(1);
    },
  );
}

test('an app’s request: these are all the steps', { tag: ['@O20', '@O01'] }, async ({ page, site }) => {
  await watchSteps(page, site);
  await openApp(page, site);
  expect(await submit(page, '/api/orders/', order('Twenty chairs'))).toMatchObject({ state: 'sent' });
  await expect.poll(() => stepsOf(site)).toEqual(steps);
});
