import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, formIs } from '../support/outbox.js';
import { stillDate, type StillDate } from '../support/still-date.js';
import { controls } from './fidelity-controls.js';
import { inEachEncoding } from './fidelity-encodings.js';
import type { Sample } from './fidelity-sample.js';
import { submitters } from './fidelity-submitters.js';
import { values } from './fidelity-values.js';

/*
 * One page at one address, without the script tag and with it; what arrives is compared byte for byte, in each of the
 * ways in which a submission can get to the server.
 */

/** A filled password is stored nowhere: with a fresh reading such a form is left to the browser's own submit. */
const secret = '<input type="password" form="f" value="x" hidden>';
/** Tells whether the default was prevented, after every listener. */
const witness =
  "addEventListener('submit', (event) => setTimeout(() => (window.prevented = event.defaultPrevented)));";

interface Way {
  name: string;
  head: string;
  extra?: string;
  /** What the page knows of the server when it is submitted. */
  reading: 'none' | 'fresh' | 'stale' | 'outage';
  /** Sent by a request of ours: its heads are another request's. */
  byFetch?: true;
}

const plain: Way = { name: 'without the script', head: '', reading: 'none' };
const drafts = 'off';
const ways: readonly Way[] = [
  { name: 'by the browser’s own submit', head: scriptTag({ drafts }), extra: secret, reading: 'fresh' },
  { name: 'by our submit', head: scriptTag({ drafts }), reading: 'stale' },
  { name: 'by fetch', head: scriptTag({ drafts, delivery: 'fetch' }), reading: 'fresh', byFetch: true },
  { name: 'replayed after an outage', head: scriptTag({ drafts }), reading: 'outage', byFetch: true },
];

async function send(page: Page, site: Site, date: StillDate, sample: Sample, way: Way) {
  const { head, extra = '', reading } = way;
  const before = site.posts.length;
  const script = `<script>{${sample.script ?? ''}} ${witness}</script>`;
  site.page('/page', htmlPage({ head, body: sample.markup + extra + script }));
  await page.goto('/page?lang=de');
  if (reading !== 'none') {
    await page.locator('form[data-resilient-state]').first().waitFor({ state: 'attached' });
    await date.hold();
    if (reading !== 'fresh') await date.pass(5000);
    if (reading === 'outage') await site.stop();
  }
  const asked = site.probes.length;
  await (sample.act ? sample.act(page) : page.locator('[data-go]').click());
  if (reading === 'outage') {
    await page.locator(formIs('queued')).waitFor({ state: 'attached' });
    await site.start();
    await check(page);
  }
  await site.whenPosts(before + 1);
  await page.waitForFunction('window.prevented !== undefined');
  // A stale reading is looked into before the body goes, a fresh one is not.
  if (reading === 'fresh' || reading === 'stale')
    expect(site.probes.length > asked).toBe(reading === 'stale');
  const prevented: unknown = await page.evaluate('prevented');
  // Nothing of it is to be in the way of the next one.
  await page.evaluate('sessionStorage.clear(); globalThis.ResilientForms?.instance.purge()');
  return { ...site.posts[before]!, prevented };
}

type Sent = Awaited<ReturnType<typeof send>>;

/** Without boundary, length and key: what is left has to be the same. */
function normal({ method, url, headers, body, key }: Sent, byFetch = false) {
  const type = headers['content-type'] ?? '';
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? '\0';
  const text = body.toString('latin1');
  const field = [
    `--${boundary}\r\nContent-Disposition: form-data; name="idempotency_key"\r\n\r\n${key}\r\n`,
    `&idempotency_key=${key}`,
    `idempotency_key=${key}`,
  ].find((part) => text.includes(part));
  const bare =
    field === undefined || key === ''
      ? text
      : text.replace(type.includes('plain') ? `${field}\r\n` : field, '');
  const { 'content-length': _, ...others } = headers;
  return {
    method,
    url,
    headers: { ...(byFetch ? {} : others), 'content-type': type.replace(boundary, 'BOUNDARY') },
    body: bare.replaceAll(boundary, 'BOUNDARY'),
  };
}

const enhanced = (sample: Sample): Sample => ({
  ...sample,
  markup: sample.markup.replace(/<form (?!name)/, '<form id="f" data-resilient '),
});

const corpus = [...inEachEncoding, ...submitters, ...controls, ...values].map(enhanced);

test('the corpus has at least sixty forms', { tag: '@O05' }, () => {
  expect(new Set(corpus.map(({ markup, script }) => markup + script)).size).toBeGreaterThanOrEqual(60);
});

for (const sample of corpus) {
  const tag = ['@H01', ...[sample.tag ?? '@O05'].flat()];
  test(`as without the script, in all deliveries: ${sample.title}`, { tag }, async ({ page, site }) => {
    site.on('POST', /./, () => ({ status: 204 }));
    const date = await stillDate(page);
    const native = await send(page, site, date, sample, plain);
    expect(native.body.toString('latin1'), 'the sample shows what it is for').toContain(
      Buffer.from(sample.sends).toString('latin1'),
    );
    for (const way of ways) {
      await test.step(way.name, async () => {
        const sent = await send(page, site, date, sample, way);
        expect(sent.prevented).toBe(way.extra === undefined);
        expect(sent.key).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
        expect(sent.body.toString('latin1').split(sent.key)).toHaveLength(2);
        expect(normal(sent, way.byFetch)).toEqual(normal({ ...native, key: '' }, way.byFetch));
      });
    }
    expect(site.posts).toHaveLength(1 + ways.length);
  });
}
