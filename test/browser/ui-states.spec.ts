import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, test, watchErrors } from '../support/fixtures.js';
import { screen } from '../support/screens.js';
import { states } from '../support/ui-states.js';

const csp = "default-src 'self'; style-src 'self'; require-trusted-types-for 'script'";
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe has to say about the page, the interface's shadow root included. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  // Axe yields by timers: the page's clock must go on by itself.
  await page.clock.resume();
  // Half faded in, a colour is another one.
  await page.evaluate(async () => {
    const root = document.querySelector('resilient-ui')?.shadowRoot;
    await Promise.allSettled((root?.getAnimations() ?? []).map(({ finished }) => finished));
  });
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

test.use({ siteOptions: { csp } });

for (const { name, says, reach } of states) {
  test(
    `${name}: a strict policy and axe have nothing to say`,
    { tag: ['@H06', '@U01'] },
    async ({ page, site }) => {
      const errors = await watchErrors(page);
      await reach(page, site);
      await expect(screen(page).seen.getByText(says).filter({ visible: true })).toBeVisible();
      expect(errors.violations).toEqual([]);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await complaints(page), colorScheme).toEqual([]);
      }
    },
  );
}
