import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, lose } from '../support/outbox.js';
import { controls } from './fidelity-controls.js';
import { inEachEncoding } from './fidelity-encodings.js';
import type { Sample } from './fidelity-sample.js';
import { submitters } from './fidelity-submitters.js';

/*
 * What arrives at the server, through the whole of it: from a page without the script, from a healthy page with it, and
 * replayed after an outage. What capture and encoding do by themselves, and with every sample, is in fidelity.spec.ts.
 */

const chosen = [
  'urlencoded: every line end in a value',
  'multipart: every line end in a value',
  'text/plain: every line end in a value',
  'multipart: lone surrogates and emoji',
  'urlencoded: files with quotes, line ends, emoji and lone surrogates in their names',
  'multipart: files with quotes, line ends, emoji and lone surrogates in their names',
  'multipart: an empty file, and one that is not text',
  'an image submitter sends where it was clicked',
  'a submitter in the middle of the tree is sent in its place',
  'a button outside, and other controls outside, with form=',
  'formaction, formmethod and formenctype of the submitter win',
  '_charset_ becomes the encoding',
  'dirname sends the direction',
];

async function arrived(page: Page, site: Site, path: string, sample: Sample, outage: boolean) {
  const before = site.posts.length;
  await page.goto(`${path}?lang=de`);
  if (path !== '/plain') await page.waitForSelector('form[data-resilient-state]');
  if (outage) await lose(page, site);
  await (sample.act ? sample.act(page) : page.locator('[data-go]').click());
  if (outage) {
    await page.waitForSelector(formIs('queued'));
    await site.start();
    await check(page);
  }
  await site.whenPosts(before + 1);
  const { url, headers, body } = site.posts[before]!;
  const contentType = headers['content-type'] ?? '';
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? '\0';
  return {
    url: url.replace(path, '/page'),
    contentType: contentType.replace(boundary, 'BOUNDARY'),
    body: body
      .toString('latin1')
      .replaceAll(boundary, 'BOUNDARY')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'KEY'),
  };
}

/** As it is without the script: the key is all that is added. */
const withoutKey = (body: string): string =>
  body
    .replace(/&?idempotency_key=KEY(\r\n)?$/, '')
    .replace('--BOUNDARY\r\nContent-Disposition: form-data; name="idempotency_key"\r\n\r\nKEY\r\n', '');

const samples = [...inEachEncoding, ...submitters, ...controls].filter(({ title }) => chosen.includes(title));

test('the samples are there', () => {
  expect(samples).toHaveLength(chosen.length);
});

for (const sample of samples) {
  test(
    `queued and replayed as the browser sends it: ${sample.title}`,
    { tag: ['@O05', '@H01'] },
    async ({ page, site }) => {
      site.on('POST', /./, () => ({ status: 204 }));
      const own = sample.script ? `<script>{${sample.script}}</script>` : '';
      site.page('/plain', htmlPage({ body: sample.markup + own }));
      const head = scriptTag({ forms: 'form', drafts: 'off' });
      for (const path of ['/native', '/replay'])
        site.page(path, htmlPage({ head, body: sample.markup + own }));
      await page.clock.install();
      const plain = await arrived(page, site, '/plain', sample, false);
      const native = await arrived(page, site, '/native', sample, false);
      const replayed = await arrived(page, site, '/replay', sample, true);
      expect(native.body).toContain('idempotency_key');
      expect({ ...native, body: withoutKey(native.body) }).toEqual(plain);
      expect(replayed).toEqual(native);
      expect(site.posts).toHaveLength(3);
    },
  );
}

const buttons = ['_save', '_continue', '_addanother']
  .map((name) => `<input type="submit" name="${name}" value="Save ${name}">`)
  .join('');

for (const name of ['_save', '_continue', '_addanother']) {
  for (const way of ['natively', 'replayed'] as const) {
    test(
      `of Django’s buttons, ${name} arrives as clicked, ${way}`,
      { tag: '@O06' },
      async ({ page, site }) => {
        site.form('/admin/', { fields: ['title'], head: scriptTag(), buttons });
        site.page('/done/', htmlPage({ head: scriptTag() }));
        if (way === 'replayed') await page.clock.install();
        await page.goto('/admin/');
        await page.getByLabel('title').fill('Chair');
        if (way === 'replayed') await lose(page, site);
        await page.locator(`[name=${name}]`).click();
        if (way === 'replayed') {
          await page.waitForSelector(formIs('queued'));
          await site.start();
          await check(page);
        } else {
          await page.waitForURL('**/done/');
        }
        await site.whenEffects(1);
        await expect.poll(() => entriesOf(page)).toEqual([]);
        expect(site.effects.map(({ fields }) => fields)).toEqual([
          [
            ['title', 'Chair'],
            [name, `Save ${name}`],
          ],
        ]);
      },
    );
  }
}
