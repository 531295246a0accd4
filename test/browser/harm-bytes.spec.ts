import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { stillDate } from '../support/still-date.js';
import { controls } from './fidelity-controls.js';
import { inEachEncoding } from './fidelity-encodings.js';
import type { Sample } from './fidelity-sample.js';
import { submitters } from './fidelity-submitters.js';

/* One page at one address, with and without the script tag; what arrives is compared, heads and bodies. */

/** A filled password is stored nowhere: with a fresh reading such a form is left to the browser's own submit. */
const secret = '<input type="password" form="f" value="x" hidden>';
/** Tells whether the default was prevented, after every listener. */
const witness =
  "addEventListener('submit', (event) => setTimeout(() => (window.prevented = event.defaultPrevented)));";

const mode = (name: string, head: string, extra: string) => ({ name, head, extra });
const without = mode('without the script', '', '');
const browsers = mode('by the browser’s own submit', scriptTag(), secret);
const ours = mode('by our submit', scriptTag(), '');

async function send(page: Page, site: Site, sample: Sample, { head, extra }: typeof without) {
  const before = site.posts.length;
  const script = `<script>{${sample.script ?? ''}} ${witness}</script>`;
  site.page('/page', htmlPage({ head, body: sample.markup + extra + script }));
  const date = await stillDate(page);
  await page.goto('/page?lang=de');
  if (head !== '') {
    await page.locator('form[data-resilient-state]').first().waitFor({ state: 'attached' });
    await date.hold();
    if (extra === '') await date.pass(5000);
  }
  const asked = site.probes.length;
  await (sample.act ? sample.act(page) : page.locator('[data-go]').click());
  await site.whenPosts(before + 1);
  await page.waitForFunction('window.prevented !== undefined');
  expect(site.posts).toHaveLength(before + 1);
  // A stale reading is looked into before the body goes, a fresh one is not.
  if (head !== '') expect(site.probes.length > asked).toBe(extra === '');
  const { method, url, headers, body, key } = site.posts[before]!;
  return { request: { method, url, headers, body: body.toString('latin1') }, key, page };
}

type Request = Awaited<ReturnType<typeof send>>['request'];

/** Without boundary, length and key: what is left has to be the same. */
function normal({ headers, body, ...rest }: Request, key: string) {
  const type = headers['content-type'] ?? '';
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? '\0';
  const { 'content-length': _, ...others } = headers;
  const field = [
    `--${boundary}\r\nContent-Disposition: form-data; name="idempotency_key"\r\n\r\n${key}\r\n`,
    `&idempotency_key=${key}`,
    `idempotency_key=${key}`,
  ].find((part) => body.includes(part));
  const bare =
    field === undefined || key === ''
      ? body
      : body.replace(type.includes('plain') ? `${field}\r\n` : field, '');
  return {
    ...rest,
    headers: { ...others, 'content-type': type.replace(boundary, 'BOUNDARY') },
    body: bare.replaceAll(boundary, 'BOUNDARY'),
  };
}

const enhanced = (sample: Sample): Sample => ({
  ...sample,
  markup: sample.markup.replace(/<form (?!name)/, '<form id="f" data-resilient '),
});

const tagsOf = ({ tag = [] }: Sample): string[] => [
  '@H01',
  ...[tag].flat().filter((name) => name === '@H04'),
];

for (const sample of [...inEachEncoding, ...submitters, ...controls].map(enhanced)) {
  test(
    `sent by the browser and by us as without the script: ${sample.title}`,
    { tag: tagsOf(sample) },
    async ({ page, site }) => {
      site.on('POST', /./, () => ({ status: 204 }));
      const plain = await send(page, site, sample, without);
      for (const how of [browsers, ours]) {
        await test.step(how.name, async () => {
          const ended = await send(page, site, sample, how);
          expect(await page.evaluate('prevented')).toBe(how === ours);
          expect(ended.key).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
          expect(ended.request.body.split(ended.key)).toHaveLength(2);
          expect(normal(ended.request, ended.key)).toEqual(normal(plain.request, ''));
        });
      }
    },
  );
}
