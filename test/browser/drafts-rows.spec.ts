import { untilDraft, untilState } from '../support/drafts.js';
import { htmlPage } from '../support/answers.js';
import { expect, test } from '../support/fixtures.js';
import type { Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

/* A list that is edited in place, as Django's changelist: the rows' names say where they stand, not whose they are. */

const list = (site: Site, order: () => readonly string[], key: (object: string) => string): void =>
  site.page('/list/', () =>
    htmlPage({
      head: scriptTag(),
      body: `<form method="post" data-resilient="list"><button>Save</button>${order()
        .map(
          (object, row) => `${key(object).replaceAll('ROW', String(row))}
          <label>Stock of ${object} <input name="form-${row}-stock" value="5"></label>`,
        )
        .join('')}<input type="hidden" name="form-TOTAL_FORMS" value="${order().length}"></form>`,
    }),
  );

const keyed = (object: string) => `<input type="hidden" name="form-ROW-id" value="${object}">`;

test(
  'sorted in another way, a value comes back to its own object, and to none where that is on another page',
  { tag: '@D12' },
  async ({ page, site }) => {
    let order = ['ada', 'brahe', 'curie'];
    list(site, () => order, keyed);
    await page.goto('/list/');
    await page.getByLabel('Stock of ada').fill('71');
    await page.getByLabel('Stock of curie').fill('73');
    await page.getByLabel('Stock of curie').blur();
    await untilDraft(page);

    order = ['curie', 'brahe', 'ada'];
    await page.reload();
    await expect(page.getByLabel('Stock of ada')).toHaveValue('71');
    await expect(page.getByLabel('Stock of curie')).toHaveValue('73');
    await expect(page.getByLabel('Stock of brahe')).toHaveValue('5');

    order = ['dirac', 'brahe', 'curie'];
    await page.reload();
    await expect(page.getByLabel('Stock of curie')).toHaveValue('73');
    await expect(page.getByLabel('Stock of dirac')).toHaveValue('5');
    await expect(page.getByLabel('Stock of brahe')).toHaveValue('5');
  },
);

test(
  'a new row, which has no object yet, comes back where it stood',
  { tag: '@D12' },
  async ({ page, site }) => {
    list(
      site,
      () => ['one', 'two'],
      () => '<input type="hidden" name="form-ROW-id" value="">',
    );
    await page.goto('/list/');
    await page.getByLabel('Stock of two').fill('72');
    await page.getByLabel('Stock of two').blur();
    await untilDraft(page);
    await page.reload();
    await untilState(page, 'draft');
    await expect(page.getByLabel('Stock of two')).toHaveValue('72');
    await expect(page.getByLabel('Stock of one')).toHaveValue('5');
  },
);
