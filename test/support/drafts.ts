import { expect, type Page } from '@playwright/test';

/** The form whose state the SDK says to be this. */
export const formIn = (state: string): string => `form[data-resilient-state="${state}"]`;

/** The draft is stored, or was restored. */
export const untilDraft = (page: Page): Promise<void> => untilState(page, 'draft');

/** Attached, not visible: Playwright reads properties of the form that a test may shadow with controls. */
export const untilState = async (page: Page, state: string): Promise<void> => {
  await page.waitForSelector(formIn(state), { state: 'attached', timeout: 30_000 }).catch(async (cause) => {
    const states = await page.evaluate(statesOfForms);
    throw new Error(`no form came to be ${state}: ${page.url()} has ${states.join() || 'none'}`, { cause });
  });
};
const statesOfForms = (): (string | null)[] =>
  Array.from(document.querySelectorAll('form'), (form) =>
    Element.prototype.getAttribute.call(form, 'data-resilient-state'),
  );

/** The page's form has been looked after, and there was nothing to restore. */
export const untilIdle = async (page: Page): Promise<void> => {
  await untilState(page, 'idle');
  // The first state is said before the store is asked; the list waits for the same.
  await page.evaluate(() => ResilientForms!.instance!.drafts.list());
};

/** Names of the fields of every draft the SDK lists. */
export const listed = (page: Page): Promise<string[][]> =>
  page.evaluate(async () =>
    (await ResilientForms!.instance!.drafts.list()).map(({ fields }) => [...fields].sort()),
  );

/** How often an event of the SDK was seen since `countEvents`, over reloads too. */
export async function countEvents(page: Page, name: string): Promise<() => number> {
  let count = 0;
  const binding = `saw_${name.replaceAll(/\W/g, '_')}`;
  await page.exposeFunction(binding, () => void (count += 1));
  await page.addInitScript(
    ([name, binding]) => {
      addEventListener(`resilient:${name}`, () =>
        (window as unknown as Record<string, () => void>)[binding]!(),
      );
    },
    [name, binding] as const,
  );
  return () => count;
}

/** Every field's label and what it says, for forms made by `site.form`. */
export const expectFields = async (page: Page, values: Record<string, string>): Promise<void> => {
  for (const [label, value] of Object.entries(values)) {
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(value);
  }
};
